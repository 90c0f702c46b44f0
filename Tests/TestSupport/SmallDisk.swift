import Foundation

/// A file system of a few megabytes, unmounted with the last reference to it.
package final class SmallDisk {
    /// Whether this process may mount one.
    package static let isAvailable = SmallDisk(megabytes: 1) != nil

    /// The mount point.
    package let path = FileManager.default.temporaryDirectory.path + "/countersign-disk-\(UUID().uuidString)"
    private var filler: String { path + "/filler" }

    /// - Returns: `nil` if mounting is not permitted.
    package init?(megabytes: Int) {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Program.run(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path]) else {
            try? FileManager.default.removeItem(atPath: path)
            return nil
        }
    }

    deinit {
        _ = Program.run(["umount", "-l", path])
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Uses up all free space.
    package func fill() {
        guard let handle = fopen(filler, "w") else { return }
        setvbuf(handle, nil, _IONBF, 0)
        for size in [4096, 1] { while fwrite([UInt8](repeating: 1, count: size), 1, size, handle) == size {} }
        fclose(handle)
    }

    /// Frees the space used by `fill()`.
    package func makeRoom() throws {
        try FileManager.default.removeItem(atPath: filler)
    }
}
