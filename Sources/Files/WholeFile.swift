/// The content of a file, and its facts while it was open.
package struct WholeFile: Sendable {
    /// The limit for files of certificates and private keys for TLS, in bytes; the system's list of authorities has about 220 KB.
    package static let maximumPEMLength = 4_194_304

    package let bytes: [UInt8]
    package let facts: FileFacts

    /// - Parameter limit: in bytes; one byte more is read, so that the caller can detect a longer file.
    package init(_ path: String, limit: Int) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno) }
        defer { close(descriptor) }
        try self.init(descriptor: descriptor, limit: limit)
    }

    /// Reads the rest of an open file, which stays open.
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

/// An error number of the operating system.
package struct SystemError: Error, Sendable, Equatable {
    package let number: Int32

    package init(_ number: Int32) {
        self.number = number
    }

    /// The system's text for it.
    package var text: String { String(cString: strerror(number)) }
}
