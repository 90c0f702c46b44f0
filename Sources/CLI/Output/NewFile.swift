import Foundation

/// The creation of a file by a command.
enum NewFile {
    enum Audience {
        case ownerOnly
        case everyone
        /// The mode of the file that is replaced.
        case mode(mode_t)

        var mode: mode_t {
            switch self {
            case .ownerOnly: 0o600
            case .everyone: 0o644
            case .mode(let mode): mode
            }
        }
    }

    /// Writes a file atomically.
    ///
    /// - Parameter replaces: whether an existing file is replaced; otherwise it is an error.
    /// - Throws: `UnwritableFile`.
    static func write(_ bytes: [UInt8], to path: String, for audience: Audience, replaces: Bool) throws {
        let target = replaces ? "\(path).\(UInt64.random(in: .min ... .max)).new" : path
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, audience.mode)
        guard descriptor >= 0 else { throw UnwritableFile(name: path, errno: errno) }
        do {
            defer { close(descriptor) }
            // Restores what the umask removed.
            if case .mode(let mode) = audience { fchmod(descriptor, mode) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw UnwritableFile(name: path, errno: errno) }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 else { throw UnwritableFile(name: path, errno: errno) }
            if replaces, rename(target, path) != 0 { throw UnwritableFile(name: path, errno: errno) }
        } catch {
            unlink(target)
            throw error
        }
    }
}

/// A file that cannot be written.
struct UnwritableFile: Error, CustomStringConvertible {
    let name: String
    let errno: Int32

    var description: String {
        errno == EEXIST
            ? "'\(name)' exists already. Choose another name, or replace it with --force."
            : "'\(name)' cannot be written: \(SystemError.reason(errno)). \(SystemError.adviceForWriting(errno))"
    }
}
