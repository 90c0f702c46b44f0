import Foundation

/// The creation of a file by a command.
enum NewFile {
    /// Who may use a file.
    struct Audience {
        let mode: mode_t
        /// Whether the umask takes nothing from the mode.
        var isExact = false

        static let ownerOnly = Audience(mode: 0o600)
        static let everyone = Audience(mode: 0o644)
    }

    /// Writes a file atomically.
    ///
    /// - Parameter replaces: whether an existing file is replaced; otherwise it is an error.
    /// - Throws: `FileFailure`.
    static func write(_ bytes: [UInt8], to path: String, for audience: Audience, replaces: Bool) throws {
        let target = replaces ? "\(path).\(UInt64.random(in: .min ... .max)).new" : path
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, audience.mode)
        guard descriptor >= 0 else { throw FileFailure.unwritable(path, errno: errno) }
        do {
            defer { close(descriptor) }
            // Restores what the umask removed.
            if audience.isExact { fchmod(descriptor, audience.mode) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw FileFailure.unwritable(path, errno: errno) }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 else { throw FileFailure.unwritable(path, errno: errno) }
            if replaces, rename(target, path) != 0 { throw FileFailure.unwritable(path, errno: errno) }
        } catch {
            unlink(target)
            throw error
        }
    }
}
