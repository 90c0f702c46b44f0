import Files
import Synchronization

/// An exclusive lock on a data directory, held by the one server that uses it.
///
/// A server keeps the used assertions in memory; a second server would not see them. The lock is `flock` on a file that is created
/// once and never removed, so it ends with its process, however that ends; and on the directory itself, in case the file is removed
/// after all. A class because it owns descriptors.
package final class DataDirectoryLock: Sendable {
    private let descriptors: Mutex<[Int32]>

    package static func path(in directory: String) -> String { directory + "/server.lock" }

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - timeout: how long to retry. A command that migrates the database holds the lock for a moment.
    ///   - report: receives a clause if a group's permissions on the lock file were removed.
    /// - Throws: `StoreError.inUse` if another server holds it.
    package init(
        _ directory: String, timeout: Duration = .zero, report: (String) -> Void = { _ in }
    ) throws(StoreError) {
        let deadline = ContinuousClock.now + timeout
        var taken: [Int32]?
        while taken == nil {
            do throws(StoreError) {
                taken = try Self.take(directory, report)
            } catch {
                guard case .inUse = error, ContinuousClock.now < deadline else { throw error }
                usleep(20_000)
            }
        }
        descriptors = Mutex(taken ?? [])
    }

    /// - Returns: the descriptors that hold the lock.
    private static func take(_ directory: String, _ report: (String) -> Void) throws(StoreError) -> [Int32] {
        let path = Self.path(in: directory)
        let file = try Self.file(directory, report)
        let reason = Self.lock(file)
        guard reason == 0 else {
            let holder = Self.processIdentifier(in: file)
            close(file)
            guard reason == EWOULDBLOCK else { throw .unavailable("\(path): \(String(cString: strerror(reason)))") }
            throw .inUse(directory: directory, process: holder)
        }
        // Some network file systems cannot lock a directory; there the lock on the file must suffice.
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0, Self.lock(folder) == EWOULDBLOCK {
            close(folder)
            close(file)
            throw .inUse(directory: directory, process: nil)
        }
        Self.write(getpid(), into: file)
        return [file, folder].filter { $0 >= 0 }
    }

    /// - Returns: the descriptor of the lock file, which is created if it is missing.
    private static func file(_ directory: String, _ report: (String) -> Void) throws(StoreError) -> Int32 {
        let path = Self.path(in: directory)
        let made = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if made >= 0 {
            FileRepair.chown(made, toOwnerOf: directory)
            return made
        }
        guard errno == EEXIST else { throw .unavailable("\(path): \(String(cString: strerror(errno)))") }
        let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            if let fault = FileTrust.fault(.lock, at: path) { throw .unsafeFile(fault) }
            throw .unavailable("\(path): \(reason)")
        }
        if let fault = FileRepair.checkAndRepair(.lock, path, descriptor: file, report: report) {
            close(file)
            throw .unsafeFile(fault)
        }
        return file
    }

    deinit { release() }

    /// Releases the lock; another server may then start.
    package func release() {
        descriptors.withLock { descriptors in
            for descriptor in descriptors { close(descriptor) }
            descriptors = []
        }
    }

    /// - Returns: 0, or the error number of the failure.
    private static func lock(_ descriptor: Int32) -> Int32 {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno != EINTR { return errno }
        }
        return 0
    }

    /// Records the process for the error message of a second server; nothing else depends on it.
    private static func write(_ process: pid_t, into file: Int32) {
        let text = Array("\(process)\n".utf8)
        guard ftruncate(file, 0) == 0 else { return }
        _ = pwrite(file, text, text.count, 0)
    }

    private static func processIdentifier(in file: Int32) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int(String(decoding: bytes.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
