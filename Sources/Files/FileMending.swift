/// Repairs of the mode and the owner of the server's own files (docs/decisions/0019-file-trust.md).
///
/// Kubernetes adds group permissions at each start if `fsGroup` is set, a umask of 002 leaves them, and root creates files of its own.
package enum FileMending {
    /// The mode that repairs a file.
    ///
    /// - Parameter user: the user that runs the process.
    /// - Returns: `nil` unless the only fault is a permission of the group, on a file of this user.
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
        // The group keeps what every user may do.
        let others = facts.mode.bits & 0o005
        return FileMode(narrow.mode.bits | (facts.mode.bits & (others << 3)))
    }

    /// Checks an open file and removes the group's permissions.
    ///
    /// The target of a link is not changed, since it may serve other programs.
    ///
    /// - Parameters:
    ///   - changes: whether to change the mode, or only report it.
    ///   - report: receives what was done, as a clause.
    /// - Returns: a fault that was not repaired.
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

    /// Checks and repairs a file that must not be opened: closing a database would release its locks.
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
            ? "\(fault.file) had mode \(facts.mode): its group permissions were removed, and it now has mode \(mode)"
            : "\(fault.file) has mode \(facts.mode): the server removes its group permissions at the next start"
    }

    /// Gives a file that root created to the owner of its directory, whose server could not open it otherwise, as SQLite does with its log.
    ///
    /// - Parameter descriptor: a file that this process has just created.
    package static func give(_ descriptor: Int32, toOwnerOf directory: String) {
        var facts = stat()
        guard geteuid() == 0, stat(directory, &facts) == 0, facts.st_uid != 0 else { return }
        // In a container, root may lack this capability: then the file remains root's.
        _ = fchown(descriptor, facts.st_uid, facts.st_gid)
    }
}
