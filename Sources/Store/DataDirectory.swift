#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The directory of the database and of the master key.
public enum DataDirectory {
    /// Makes the directory and those above it where they are missing, open to their owner alone.
    ///
    /// - Throws: `StoreError.unavailable` with the operating system's reason.
    public static func prepare(_ path: String) throws(StoreError) {
        if mkdir(path, 0o700) == 0 {
            synchronize(parent(of: path))
            return
        }
        switch errno {
        case EEXIST:
            guard isDirectory(path) else { throw .unavailable("\(path) is not a directory") }
        case ENOENT where parent(of: path) != path && !isDirectory(parent(of: path)):
            try prepare(parent(of: path))
            try prepare(path)
        default: throw .unavailable("\(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Where it is one already and nothing can be made in it, as in `/proc`, the system says ENOENT as well.
    private static func isDirectory(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
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
    public static func synchronize(_ path: String) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        defer { close(directory) }
        fsync(directory)
    }
}
