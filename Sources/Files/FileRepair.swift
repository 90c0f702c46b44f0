/// Repairs of the mode and the owner of the server's own files (docs/decisions/0019-file-trust.md).
///
/// Kubernetes adds group permissions at each start if `fsGroup` is set, a umask of 002 leaves them, and root creates files of its own.
package enum FileRepair {
    /// The mode that repairs a file.
    ///
    /// - Parameter user: the user that runs the process.
    /// - Returns: `nil` unless the only fault is a permission of the group, on a file of this user.
    package static func mode(_ role: FileTrust.Role, _ facts: FileFacts, user: uid_t = geteuid()) -> FileMode? {
        let narrow = FileFacts(kind: facts.kind, owner: facts.owner, mode: FileMode(facts.mode.bits & ~0o2070))
        guard role.isServersOwn, facts.owner == user,
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
    package static func checkAndRepair(
        _ role: FileTrust.Role, _ path: String, descriptor: Int32, changes: Bool = true, report: (String) -> Void
    ) -> FileFault? {
        guard let facts = FileFacts(descriptor: descriptor) else { return nil }
        return checkAndRepair(role, path, facts, changes: changes, report) { mode in
            FileFacts(path: path, followsLinks: false)?.kind == facts.kind
                && (!changes || fchmod(descriptor, mode) == 0)
        }
    }

    /// Checks and repairs a file that must not be opened: closing a database would release its locks.
    package static func checkAndRepair(
        _ role: FileTrust.Role, at path: String, report: (String) -> Void
    ) -> FileFault? {
        guard let facts = FileFacts(path: path, followsLinks: false) else { return nil }
        return checkAndRepair(role, path, facts, changes: true, report) { mode in
            fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0
        }
    }

    /// - Parameter repair: sets the mode, unless it is only reported; returns `false` if that is not possible.
    private static func checkAndRepair(
        _ role: FileTrust.Role, _ path: String, _ facts: FileFacts, changes: Bool, _ report: (String) -> Void,
        _ repair: (mode_t) -> Bool
    ) -> FileFault? {
        guard let fault = FileTrust.fault(role, path, facts) else { return nil }
        guard let mode = mode(role, facts), repair(mode.bits) else { return fault }
        report(
            changes
                ? "\(fault.file) had mode \(facts.mode): its group permissions were removed, and it now has mode \(mode)"
                : "\(fault.file) has mode \(facts.mode): the server removes its group permissions at the next start")
        return nil
    }

    /// Gives a file that root created to the owner of its directory, whose server could not open it otherwise, as SQLite does with its log.
    ///
    /// - Parameter descriptor: a file that this process has just created.
    package static func chown(_ descriptor: Int32, toOwnerOf directory: String) {
        var facts = stat()
        guard geteuid() == 0, stat(directory, &facts) == 0, facts.st_uid != 0 else { return }
        // In a container, root may lack this capability: then the file remains root's.
        _ = fchown(descriptor, facts.st_uid, facts.st_gid)
    }
}
