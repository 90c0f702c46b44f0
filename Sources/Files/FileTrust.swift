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
        case masterKey
        case tlsKey
        case configuration
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
        FileFacts(path: path, followsLinks: role != .database).flatMap { fault(role, path, $0) }
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
            // A configuration may come through a pipe.
            return role == .configuration ? nil : fault(.kind(facts.kind))
        }
        let mode = facts.mode
        let isTrusted = facts.owner == user || facts.owner == 0 || (user == 0 && facts.owner == directoryOwner)
        switch role {
        case .dataDirectory, .database:
            if !isTrusted { return fault(.owner(facts.owner)) }
            if mode.isWritableByOthers { return fault(.writable(mode)) }
        case .masterKey:
            if !isTrusted { return fault(.owner(facts.owner)) }
            if mode.isOpenToOthers { return fault(mode.isWritableByOthers ? .writable(mode) : .readable(mode)) }
        case .tlsKey:
            if !isTrusted { return fault(.owner(facts.owner)) }
            if mode.isWritableByOthers { return fault(.writable(mode)) }
            // A group may read it: so Debian's ssl-cert and Kubernetes' fsGroup hand it over.
            if mode.isOpenToAll { return fault(.readable(mode)) }
        case .configuration:
            // It holds no secret, and whoever deploys it may own it.
            if mode.isWritableByAll { return fault(.writable(mode)) }
        }
        return nil
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
