/// The kind, owner and mode of a file.
package struct FileFacts: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case file
        case directory
        case symbolicLink
        case other
    }

    package let kind: Kind
    package let owner: uid_t
    package let mode: FileMode
    /// Whether it is in a read-only mount, as Docker's secrets are: its mode cannot be changed there.
    package let isMountedReadOnly: Bool

    package init(kind: Kind, owner: uid_t, mode: FileMode, isMountedReadOnly: Bool = false) {
        self.kind = kind
        self.owner = owner
        self.mode = mode
        self.isMountedReadOnly = isMountedReadOnly
    }

    /// - Parameter followsLinks: whether to describe the target of a symbolic link instead of the link.
    /// - Returns: `nil` if there is no file, or it is not accessible.
    package init?(path: String, followsLinks: Bool = true) {
        var facts = stat()
        guard (followsLinks ? stat(path, &facts) : lstat(path, &facts)) == 0 else { return nil }
        var mount = statvfs()
        // The mount does not matter for a link that is not followed.
        self.init(facts, followsLinks && statvfs(path, &mount) == 0 ? mount : statvfs())
    }

    /// - Returns: `nil` if the descriptor is not open.
    package init?(descriptor: Int32) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        var mount = statvfs()
        self.init(facts, fstatvfs(descriptor, &mount) == 0 ? mount : statvfs())
    }

    private init(_ facts: stat, _ mount: statvfs) {
        // ST_RDONLY, which some C libraries do not export to Swift.
        isMountedReadOnly = mount.f_flag & 1 != 0
        owner = facts.st_uid
        mode = FileMode(facts.st_mode)
        kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
    }
}

/// The permission bits of a file.
package struct FileMode: Sendable, Equatable, CustomStringConvertible {
    package let bits: mode_t

    package init(_ mode: mode_t) { bits = mode & 0o7777 }

    /// Whether users other than the owner have any access.
    package var isOpenToOthers: Bool { bits & 0o077 != 0 }
    /// Whether users other than the owner may write.
    package var isWritableByOthers: Bool { bits & 0o022 != 0 }
    package var isWritableByAll: Bool { bits & 0o002 != 0 }
    /// Whether every user has some access.
    package var isOpenToAll: Bool { bits & 0o007 != 0 }

    package var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
