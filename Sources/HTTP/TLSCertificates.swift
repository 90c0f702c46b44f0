import Files
import NIOSSL
import Synchronization

/// The TLS certificate in use, reloaded when its files change. New connections use the new one.
///
/// A class because all connections share it. The lock is taken once for each connection and each check of the files.
package final class TLSCertificates: Sendable {
    private struct State {
        var context: NIOSSLContext
        var versions: [[Int]?]
    }

    private let files: TLSFiles
    private let offersHTTP2: Bool
    private let state: Mutex<State>

    init(_ files: TLSFiles, offersHTTP2: Bool) throws(TLSFilesError) {
        self.files = files
        self.offersHTTP2 = offersHTTP2
        let versions = Self.versions(files)
        state = Mutex(State(context: try files.context(offersHTTP2: offersHTTP2), versions: versions))
    }

    /// For the next connection.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Reads the files again, if they have changed.
    ///
    /// - Parameter always: whether to read files that seem unchanged.
    /// - Returns: whether the files were read.
    /// - Throws: `TLSFilesError` if the files cannot be used; the previous certificate stays in use.
    func reload(always: Bool) throws(TLSFilesError) -> Bool {
        let versions = Self.versions(files)
        guard always || versions != state.withLock({ $0.versions }) else { return false }
        // Unusable files are reported once, and tried again when one changes.
        state.withLock { $0.versions = versions }
        let context = try files.context(offersHTTP2: offersHTTP2)
        state.withLock { $0.context = context }
        return true
    }

    /// Device, inode, size and modification time of each file, which change when it is replaced or written; `nil` if it is missing.
    private static func versions(_ files: TLSFiles) -> [[Int]?] {
        [files.certificate, files.privateKey].map { path in
            var facts = stat()
            guard stat(path, &facts) == 0 else { return nil }
            #if canImport(Darwin)
            let modified = facts.st_mtimespec
            #else
            let modified = facts.st_mtim
            #endif
            return [
                Int(truncatingIfNeeded: facts.st_dev), Int(truncatingIfNeeded: facts.st_ino), Int(facts.st_size),
                modified.tv_sec, modified.tv_nsec,
            ]
        }
    }
}
