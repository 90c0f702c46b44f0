/// Checks of the owner, the mode and the target of a file (docs/decisions/0019-file-trust.md).
///
/// A file may belong to the user that runs the process or to root. Root also trusts the owner of the file's directory, who could replace
/// the file anyway; so an administrator can use `sudo` on the data directory of the server's user.
package enum FileTrust {
    package enum Role: String, Sendable {
        case dataDirectory = "data directory"
        /// The database, its log and its index.
        case database = "database"
        case lock = "lock"
        case masterKey = "master key"
        case tlsKey = "TLS key"
        /// Certificates of trusted authorities.
        case authorities = "file of trusted authorities"
        /// A file with the password of a proxy.
        case password = "password file"
        case configuration = "configuration"
        /// A configuration that contains a password.
        case configurationWithPassword = "configuration with a password"
        /// The servers that a user's commands work on.
        case profiles = "file of profiles"
        /// The directory of `profiles`.
        case profileDirectory = "directory of the profiles"

        var isDirectory: Bool { self == .dataDirectory || self == .profileDirectory }

        /// Whether only this user and root may own it.
        var isPrivate: Bool { isServersOwn || [.tlsKey, .profiles, .profileDirectory].contains(self) }

        /// Whether the server makes the file itself.
        var isServersOwn: Bool { [.dataDirectory, .database, .lock, .masterKey].contains(self) }
    }

    /// The fault of an open file, if any.
    ///
    /// - Parameter path: the path as it was given, for the message and to find the directory.
    package static func fault(_ role: Role, _ path: String, _ facts: FileFacts) -> FileFault? {
        let directory = role.isDirectory ? facts : FileFacts(path: parent(of: path))
        return fault(role, path, facts, directoryOwner: directory?.owner, user: geteuid())
    }

    /// The fault of the file at a path; `nil` also if there is no file.
    package static func fault(_ role: Role, at path: String) -> FileFault? {
        facts(role, at: path).flatMap { fault(role, path, $0) }
    }

    /// The facts of a file. For a role that refuses links, a link's own facts; otherwise those of its target.
    package static func facts(_ role: Role, at path: String) -> FileFacts? {
        FileFacts(path: path, followsLinks: role != .database && role != .lock)
    }

    /// Checks the facts alone, without reading the file system.
    ///
    /// - Parameters:
    ///   - directoryOwner: the owner of the file's directory; of a directory, its own owner.
    ///   - user: the user that runs the process.
    package static func fault(
        _ role: Role, _ path: String, _ facts: FileFacts, directoryOwner: uid_t?, user: uid_t
    ) -> FileFault? {
        func fault(_ reason: FileFault.Reason) -> FileFault { FileFault(role: role, path: path, reason: reason) }
        guard facts.kind == (role.isDirectory ? .directory : .file) else {
            switch role {
            // These may come through a pipe.
            case .authorities, .password, .configuration, .configurationWithPassword: return nil
            default: return fault(.kind(facts.kind))
            }
        }
        let mode = facts.mode
        let isTrusted = facts.owner == user || facts.owner == 0 || (user == 0 && facts.owner == directoryOwner)
        if role.isPrivate, !isTrusted { return fault(.owner(facts.owner)) }
        switch role {
        case .dataDirectory, .database, .lock, .profiles, .profileDirectory:
            if mode.isWritableByOthers { return fault(.writable(mode)) }
        case .masterKey:
            if mode.isOpenToOthers { return fault(mode.isWritableByOthers ? .writable(mode) : .readable(mode)) }
        case .tlsKey:
            if mode.isWritableByOthers { return fault(.writable(mode)) }
            // A group may read it: Debian's ssl-cert and Kubernetes' fsGroup grant access that way.
            if mode.isOpenToAll, !facts.isMountedReadOnly { return fault(.readable(mode)) }
        case .authorities, .configuration, .configurationWithPassword:
            // Deployment tools may own these.
            if mode.isWritableByAll { return fault(.writable(mode)) }
        case .password: break
        }
        return nil
    }

    /// A warning about a file that is used nevertheless.
    package static func warning(
        _ role: Role, _ path: String, _ facts: FileFacts, user: uid_t = geteuid()
    ) -> FileFault? {
        guard facts.kind == .file else { return nil }
        let mode = facts.mode
        switch role {
        // The mode of a secret in Docker Compose cannot be set.
        case .tlsKey where facts.isMountedReadOnly && mode.isOpenToAll,
            .configurationWithPassword where mode.isOpenToAll:
            return FileFault(role: role, path: path, reason: .readable(mode))
        case .password where mode.isOpenToAll || mode.isWritableByOthers:
            return FileFault(
                role: role, path: path, reason: mode.isWritableByOthers ? .writable(mode) : .readable(mode))
        case .authorities where facts.owner != user && facts.owner != 0:
            return FileFault(role: role, path: path, reason: .owner(facts.owner))
        default: return nil
        }
    }

    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
