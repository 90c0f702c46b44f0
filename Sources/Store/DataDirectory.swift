import Files

/// The directory of the database and of the master key.
package enum DataDirectory {
    /// Creates the directory and its missing parents, accessible by their owner only.
    ///
    /// - Parameter report: receives a clause if a group's write permission on a directory of this user was removed.
    /// - Throws: `StoreError.unavailable` with the operating system's reason; `unsafeFile` if others can change the directory's contents.
    package static func prepare(_ path: String, report: (String) -> Void = { _ in }) throws(StoreError) {
        if mkdir(path, 0o700) == 0 {
            let made = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if made >= 0 {
                FileRepair.chown(made, toOwnerOf: parent(of: path))
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

    /// Checks that an existing directory can be trusted.
    ///
    /// - Parameters:
    ///   - changes: whether a group's write permission is removed, or only reported.
    ///   - report: receives a clause about that permission.
    /// - Throws: `StoreError.unsafeFile` if others can change the directory's contents.
    package static func check(
        _ path: String, changes: Bool = false, report: (String) -> Void = { _ in }
    ) throws(StoreError) {
        guard var fault = FileTrust.fault(.dataDirectory, at: path) else { return }
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if directory >= 0 {
            defer { close(directory) }
            guard
                let left = FileRepair.checkAndRepair(
                    .dataDirectory, path, descriptor: directory, changes: changes, report: report)
            else { return }
            fault = left
        }
        throw .unsafeFile(fault)
    }

    /// Whether a path is a directory. Where nothing can be created, as in `/proc`, the system also reports ENOENT.
    private static func isDirectory(_ path: String) -> Bool {
        FileFacts(path: path)?.kind == .directory
    }

    static func parent(of path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let above = parts.dropLast().joined(separator: "/")
        if path.hasPrefix("/") { return "/" + above }
        return above.isEmpty ? "." : above
    }

    /// Flushes a directory's entries to disk, so that a file created in it survives a power failure, where the file system can.
    package static func synchronize(_ path: String) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        defer { close(directory) }
        fsync(directory)
    }
}
