#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The one check of who owns a file, who may do what with it, and where it leads (docs/decisions/0019-file-trust.md).
///
/// A file may belong to the user who runs the process or to root. Root also trusts the owner of the directory that a file lies in, who
/// could put another in its place: so `sudo countersign client add` works on the directory of the server's own user.
package enum FileTrust {
    /// What a file is to the server.
    package enum Role: Sendable {
        case dataDirectory
        /// The database and what SQLite keeps beside it.
        case database
        case lock
        case masterKey
        case tlsKey
        /// Certificates of authorities that are believed.
        case authorities
        /// A file with the password of a proxy.
        case password
        case configuration
        /// A configuration in which a password stands.
        case configurationWithPassword
    }

    /// What is wrong with a file that is open.
    ///
    /// - Parameter path: as it was given, for the message and to find its directory.
    package static func fault(_ role: Role, _ path: String, _ facts: FileFacts) -> FileFault? {
        let directory = role == .dataDirectory ? facts : FileFacts(path: parent(of: path))
        return fault(role, path, facts, directoryOwner: directory?.owner, user: geteuid())
    }

    /// What is wrong with a file at a path; `nil` also where there is none.
    package static func fault(_ role: Role, at path: String) -> FileFault? {
        facts(role, at: path).flatMap { fault(role, path, $0) }
    }

    /// What is known of a file; of a link its own where links are refused, otherwise of what it leads to.
    package static func facts(_ role: Role, at path: String) -> FileFacts? {
        FileFacts(path: path, followsLinks: role != .database && role != .lock)
    }

    /// The decision, of facts alone.
    ///
    /// - Parameters:
    ///   - directoryOwner: of the directory that the file lies in; of a directory, its own.
    ///   - user: who runs the process.
    package static func fault(
        _ role: Role, _ path: String, _ facts: FileFacts, directoryOwner: uid_t?, user: uid_t
    ) -> FileFault? {
        func fault(_ reason: FileFault.Reason) -> FileFault { FileFault(role: role, path: path, reason: reason) }
        guard facts.kind == (role == .dataDirectory ? .directory : .file) else {
            switch role {
            // These may come through a pipe.
            case .authorities, .password, .configuration, .configurationWithPassword: return nil
            default: return fault(.kind(facts.kind))
            }
        }
        let mode = facts.mode
        let isTrusted = facts.owner == user || facts.owner == 0 || (user == 0 && facts.owner == directoryOwner)
        switch role {
        case .dataDirectory, .database, .lock:
            if !isTrusted { return fault(.owner(facts.owner)) }
            if mode.isWritableByOthers { return fault(.writable(mode)) }
        case .masterKey:
            if !isTrusted { return fault(.owner(facts.owner)) }
            if mode.isOpenToOthers { return fault(mode.isWritableByOthers ? .writable(mode) : .readable(mode)) }
        case .tlsKey:
            if !isTrusted { return fault(.owner(facts.owner)) }
            if mode.isWritableByOthers { return fault(.writable(mode)) }
            // A group may read it: so Debian's ssl-cert and Kubernetes' fsGroup hand it over.
            if mode.isOpenToAll, !facts.isMountedReadOnly { return fault(.readable(mode)) }
        case .authorities, .configuration, .configurationWithPassword:
            // Whoever deploys them may own them.
            if mode.isWritableByAll { return fault(.writable(mode)) }
        case .password: break
        }
        return nil
    }

    /// What an operator should know of a file that is used all the same.
    package static func caution(
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

    /// The directory that a path lies in.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
