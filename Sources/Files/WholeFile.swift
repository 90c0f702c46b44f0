#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that was read as a whole, and what the operating system said of it while it was open.
package struct WholeFile: Sendable {
    /// The longest file of certificates or of a private key for TLS that is read, in bytes; the system's own list has some 220 KB.
    package static let maximumPEMLength = 4_194_304

    package let bytes: [UInt8]
    package let facts: FileFacts

    /// Opens and reads a file.
    ///
    /// - Parameter limit: a file longer than this is read up to one byte beyond it, so that its length shows.
    /// - Throws: `SystemError`.
    package init(_ path: String, limit: Int) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno) }
        defer { close(descriptor) }
        try self.init(descriptor: descriptor, limit: limit)
    }

    /// Reads what is left of an open file, which stays open.
    package init(descriptor: Int32, limit: Int) throws(SystemError) {
        guard let facts = FileFacts(descriptor: descriptor) else { throw SystemError(errno) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = read(descriptor, &buffer, min(buffer.count, limit + 1 - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(errno) }
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        self.bytes = bytes
        self.facts = facts
    }
}

/// Why the operating system refused.
package struct SystemError: Error, Sendable, Equatable {
    package let number: Int32

    package init(_ number: Int32) {
        self.number = number
    }

    /// In its own words.
    package var text: String { String(cString: strerror(number)) }
}
