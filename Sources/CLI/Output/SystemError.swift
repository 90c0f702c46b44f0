import Foundation

/// The operating system's reasons why a file cannot be read or written, and advice.
enum SystemError {
    /// Returns the reason in lower case: `no such file or directory`.
    static func reason(_ errno: Int32) -> String {
        let text = String(cString: strerror(errno))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    static func adviceForReading(_ errno: Int32) -> String {
        switch errno {
        case ENOENT, ENOTDIR: "Check the path."
        case EACCES, EPERM: "Run the command as a user who may read it."
        case EISDIR: "Name a file in it."
        case ELOOP, ENAMETOOLONG: "Give another path."
        default: "Try another file."
        }
    }

    static func adviceForWriting(_ errno: Int32) -> String {
        switch errno {
        case ENOENT, ENOTDIR: "Create its directory first."
        case EACCES, EPERM, EROFS: "Choose a directory that you may write to."
        case ENOSPC, EDQUOT: "Free space on the disk."
        default: "Choose another place."
        }
    }
}
