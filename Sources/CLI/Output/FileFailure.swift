import Foundation

/// A file that cannot be read or written, with the operating system's reason and advice.
enum FileFailure: Error, CustomStringConvertible {
    case unreadable(String, errno: Int32)
    case unwritable(String, errno: Int32)

    var description: String {
        switch self {
        case .unreadable(let name, let errno):
            "'\(name)' cannot be read: \(Self.reason(errno)). \(Self.adviceForReading(errno))"
        case .unwritable(let name, EEXIST):
            "'\(name)' exists already. Choose another name, or replace it with --force."
        case .unwritable(let name, let errno):
            "'\(name)' cannot be written: \(Self.reason(errno)). \(Self.adviceForWriting(errno))"
        }
    }

    /// Returns the reason in lower case: `no such file or directory`.
    private static func reason(_ errno: Int32) -> String {
        let text = String(cString: strerror(errno))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    private static func adviceForReading(_ errno: Int32) -> String {
        switch errno {
        case ENOENT, ENOTDIR: "Check the path."
        case EACCES, EPERM: "Run the command as a user who may read it."
        case EISDIR: "Name a file in it."
        case ELOOP, ENAMETOOLONG: "Give another path."
        default: "Try another file."
        }
    }

    private static func adviceForWriting(_ errno: Int32) -> String {
        switch errno {
        case ENOENT, ENOTDIR: "Create its directory first."
        case EACCES, EPERM, EROFS: "Choose a directory that you may write to."
        case ENOSPC, EDQUOT: "Free space on the disk."
        default: "Choose another place."
        }
    }
}
