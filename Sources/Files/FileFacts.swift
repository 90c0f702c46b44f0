#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the operating system says of a file: what it is, whose it is, and who may do what with it.
package struct FileFacts: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case file
        case directory
        case symbolicLink
        case other
    }

    package let kind: Kind
    /// The user's number.
    package let owner: uid_t
    package let mode: FileMode
    /// Whether it lies in a mount that nothing can be written in, as Docker's secrets do: there its mode cannot be changed.
    package let isMountedReadOnly: Bool

    package init(kind: Kind, owner: uid_t, mode: FileMode, isMountedReadOnly: Bool = false) {
        self.kind = kind
        self.owner = owner
        self.mode = mode
        self.isMountedReadOnly = isMountedReadOnly
    }

    /// - Parameter followsLinks: whether a symbolic link stands for what it leads to.
    /// - Returns: `nil` where there is nothing, or nothing that may be looked at.
    package init?(path: String, followsLinks: Bool = true) {
        var facts = stat()
        guard (followsLinks ? stat(path, &facts) : lstat(path, &facts)) == 0 else { return nil }
        var mount = statvfs()
        // Of a link that is not followed the mount does not matter.
        self.init(facts, followsLinks && statvfs(path, &mount) == 0 ? mount : statvfs())
    }

    /// - Returns: `nil` where nothing is open under this number.
    package init?(descriptor: Int32) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        var mount = statvfs()
        self.init(facts, fstatvfs(descriptor, &mount) == 0 ? mount : statvfs())
    }

    private init(_ facts: stat, _ mount: statvfs) {
        // ST_RDONLY, which not every C library shows to Swift.
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

/// Who may do what with a file, as `chmod` says it.
package struct FileMode: Sendable, Equatable, CustomStringConvertible {
    package let bits: mode_t

    package init(_ mode: mode_t) { bits = mode & 0o7777 }

    /// Whether anybody but the owner may do anything.
    package var isOpenToOthers: Bool { bits & 0o077 != 0 }
    /// Whether anybody but the owner may write.
    package var isWritableByOthers: Bool { bits & 0o022 != 0 }
    /// Whether every user may write.
    package var isWritableByAll: Bool { bits & 0o002 != 0 }
    /// Without what a group may do.
    package var withoutGroup: FileMode { FileMode(bits & ~0o2070) }
    /// Whether every user may do anything.
    package var isOpenToAll: Bool { bits & 0o007 != 0 }

    package var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
