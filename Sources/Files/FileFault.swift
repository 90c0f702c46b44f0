/// An unsafe file or directory and the reason.
package struct FileFault: Error, Sendable, Equatable {
    package let role: FileTrust.Role
    package let path: String
    package let reason: Reason

    package enum Reason: Sendable, Equatable {
        /// It is not a file, or not a directory.
        case kind(FileFacts.Kind)
        /// It is a symbolic link without a target.
        case brokenLink
        /// It belongs to an untrusted user.
        case owner(uid_t)
        case writable(FileMode)
        case readable(FileMode)
    }

    package init(role: FileTrust.Role, path: String, reason: Reason) {
        self.role = role
        self.path = path
        self.reason = reason
    }

    /// The fault, as a sentence without its full stop.
    package var problem: String { "\(file) \(predicate)" }

    package var file: String { "the \(role.rawValue) \(path)" }

    /// The predicate that follows the name.
    package var predicate: String {
        switch reason {
        case .kind(.symbolicLink): "is a symbolic link"
        case .kind: "is not a \(role.isDirectory ? "directory" : "file")"
        case .brokenLink: "is a broken symbolic link"
        case .owner(let owner): "belongs to user \(owner), who is neither root nor the user this runs as"
        case .writable(let mode): "can be written by others (mode \(mode))"
        case .readable(let mode): "can be read by others (mode \(mode))"
        }
    }
}
