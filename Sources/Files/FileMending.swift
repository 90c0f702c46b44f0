#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a process mends of its own files: rights of a group, which Kubernetes adds at every start where `fsGroup` is set, and a umask of
/// 002 leaves; and the owner of what root makes (docs/decisions/0019-file-trust.md).
package enum FileMending {
    /// The mode that a file is to have.
    ///
    /// - Parameter user: who runs the process.
    /// - Returns: `nil` where nothing is wrong, or something else than what a group may do with a file of this user.
    package static func mode(_ role: FileTrust.Role, _ facts: FileFacts, user: uid_t = geteuid()) -> FileMode? {
        let isKept: Bool =
            switch role {
            case .dataDirectory, .database, .lock, .masterKey: true
            default: false
            }
        let narrow = FileFacts(kind: facts.kind, owner: facts.owner, mode: facts.mode.withoutGroup)
        guard isKept, facts.owner == user,
            FileTrust.fault(role, "", facts, directoryOwner: nil, user: user) != nil,
            FileTrust.fault(role, "", narrow, directoryOwner: nil, user: user) == nil
        else { return nil }
        guard role == .dataDirectory else { return FileMode(facts.mode.bits & 0o600) }
        // What every user may do, the group may as well.
        let others = facts.mode.bits & 0o005
        return FileMode(narrow.mode.bits | (facts.mode.bits & (others << 3)))
    }

    /// Looks at an open file, and takes a group's rights away.
    ///
    /// A link's target is not changed: it may be more than this server's.
    ///
    /// - Parameters:
    ///   - changes: whether the mode is changed, or only told.
    ///   - report: told what was done, in a clause.
    /// - Returns: what is wrong with the file and was not mended.
    package static func settle(
        _ role: FileTrust.Role, _ path: String, descriptor: Int32, changes: Bool = true, report: (String) -> Void
    ) -> FileFault? {
        guard let facts = FileFacts(descriptor: descriptor), let fault = FileTrust.fault(role, path, facts) else {
            return nil
        }
        guard let mode = mode(role, facts), FileFacts(path: path, followsLinks: false)?.kind == facts.kind else {
            return fault
        }
        if changes, fchmod(descriptor, mode.bits) != 0 { return fault }
        report(told(fault, facts, mode, changes: changes))
        return nil
    }

    /// The same of a file that must not be opened: a database, whose locks would be let go of when it is closed.
    package static func settle(_ role: FileTrust.Role, at path: String, report: (String) -> Void) -> FileFault? {
        guard let facts = FileFacts(path: path, followsLinks: false), let fault = FileTrust.fault(role, path, facts)
        else { return nil }
        guard let mode = mode(role, facts), fchmodat(AT_FDCWD, path, mode.bits, AT_SYMLINK_NOFOLLOW) == 0 else {
            return fault
        }
        report(told(fault, facts, mode, changes: true))
        return nil
    }

    private static func told(_ fault: FileFault, _ facts: FileFacts, _ mode: FileMode, changes: Bool) -> String {
        changes
            ? "\(fault.file) had mode \(facts.mode): its group's rights were taken away, it has mode \(mode) now"
            : "\(fault.file) has mode \(facts.mode): the server takes its group's rights away when it starts"
    }

    /// Gives what root has made to the owner of the directory it lies in, whose server could not open it otherwise. SQLite does the same
    /// with its log.
    ///
    /// - Parameter descriptor: of what was made just now, and is not what somebody else has put there.
    package static func give(_ descriptor: Int32, toOwnerOf directory: String) {
        var facts = stat()
        guard geteuid() == 0, stat(directory, &facts) == 0, facts.st_uid != 0 else { return }
        // A container may have taken the right to do so from root: then the file stays root's.
        _ = fchown(descriptor, facts.st_uid, facts.st_gid)
    }
}
