import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The directory of the database and of the master key.
package enum DataDirectory {
    /// Makes the directory and those above it where they are missing, open to their owner alone.
    ///
    /// - Parameter report: told, in a clause, where a group's right to write in a directory of this user was taken away.
    /// - Throws: `StoreError.unavailable` with the operating system's reason, or where others may change what is in the directory.
    package static func prepare(_ path: String, report: (String) -> Void = { _ in }) throws(StoreError) {
        if mkdir(path, 0o700) == 0 {
            let made = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if made >= 0 {
                FileMending.give(made, toOwnerOf: parent(of: path))
                close(made)
            }
            synchronize(parent(of: path))
            return
        }
        switch errno {
        case EEXIST:
            guard isDirectory(path) else { throw .unavailable("\(path) is not a directory") }
            try check(path, changes: true, report: report)
        case ENOENT where parent(of: path) != path && !isDirectory(parent(of: path)):
            try prepare(parent(of: path))
            try prepare(path, report: report)
        default: throw .unavailable("\(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Looks whether a directory that is there can be relied on.
    ///
    /// - Parameters:
    ///   - changes: whether a group's right to write in it is taken away, or only told.
    ///   - report: told of that right.
    /// - Throws: `StoreError.unavailable` where others may change what is in it.
    package static func check(
        _ path: String, changes: Bool = false, report: (String) -> Void = { _ in }
    ) throws(StoreError) {
        guard var fault = FileTrust.fault(.dataDirectory, at: path) else { return }
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if directory >= 0 {
            defer { close(directory) }
            guard
                let left = FileMending.settle(
                    .dataDirectory, path, descriptor: directory, changes: changes, report: report)
            else { return }
            fault = left
        }
        throw .unavailable(fault.phrase)
    }

    /// Whether there is one. Where nothing can be made in it, as in `/proc`, the system says ENOENT as well.
    private static func isDirectory(_ path: String) -> Bool {
        FileFacts(path: path)?.kind == .directory
    }

    /// The directory a path lies in.
    static func parent(of path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let above = parts.dropLast().joined(separator: "/")
        if path.hasPrefix("/") { return "/" + above }
        return above.isEmpty ? "." : above
    }

    /// Puts a directory's entries on disk, so that a file made in it outlives a power cut. Some file systems cannot; then the
    /// file is as safe as they make it.
    package static func synchronize(_ path: String) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        defer { close(directory) }
        fsync(directory)
    }
}
