/// An unsafe file or directory, the reason, and the remedy.
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
        case .kind: "is not a \(role == .dataDirectory ? "directory" : "file")"
        case .brokenLink: "is a broken symbolic link"
        case .owner(let owner): "belongs to user \(owner), who is neither root nor the user this runs as"
        case .writable(let mode): "can be written by others (mode \(mode))"
        case .readable(let mode): "can be read by others (mode \(mode))"
        }
    }

    /// The remedy, as a clause.
    package var remedy: String {
        switch (reason, role) {
        case (.kind(.symbolicLink), .database):
            "move the database itself there, or use its directory as the data directory"
        case (.kind(.symbolicLink), .lock): "remove it; the server makes a file of its own"
        case (.brokenLink, _): "remove it, or point it to a file"
        case (.kind, .dataDirectory): "name a directory"
        case (.kind, _): "name a file"
        case (.owner, _): "if what is in it is yours, run chown \(geteuid()) \(path)"
        case (.writable, .dataDirectory):
            "run chmod go-w \(path); on a volume whose mode is fixed, name a directory in it"
        case (.writable, .database), (.writable, .lock): "if no other user has written to it, run chmod 600 \(path)"
        case (_, .masterKey): "run chmod 600 \(path)"
        case (.writable, .tlsKey), (.readable, .tlsKey): "run chmod 640 \(path)"
        case (.writable, .configuration), (.writable, .authorities): "run chmod o-w \(path)"
        case (_, .password): "run chmod 600 \(path)"
        case (_, .configurationWithPassword):
            "run chmod o-r \(path), or put the password of the proxy into a file (proxy_password_file)"
        case (.readable, _): "run chmod go-r \(path)"
        }
    }

    package var phrase: String { "\(problem): \(remedy)" }
    package var message: String { phrase + "." }
}
