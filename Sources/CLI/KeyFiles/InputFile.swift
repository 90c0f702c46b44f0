import ArgumentParser
import CountersignKeys
import Foundation

/// A file that a command reads, whole and within a limit; `-` is standard input.
struct InputFile {
    /// The path as it was given, for messages.
    let name: String
    let bytes: [UInt8]

    /// - Parameter limit: a file longer than this is read up to one byte beyond it, so that its length shows.
    /// - Throws: `UnreadableFile`.
    init(_ path: String, limit: Int = KeyFile.maximumLength) throws {
        name = path == "-" ? "standard input" : path
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw UnreadableFile(name: name, errno: errno) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = read(descriptor, &buffer, min(buffer.count, limit + 1 - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw UnreadableFile(name: name, errno: errno) }
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        self.bytes = bytes
    }

    /// The content without the line break that an editor or `echo` puts at its end.
    var line: [UInt8] {
        var line = bytes
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }
}

/// A file that is not there, or may not be read: the command was used wrongly.
struct UnreadableFile: Error, CustomStringConvertible {
    let name: String
    let errno: Int32

    var description: String {
        "'\(name)' cannot be read: \(SystemError.reason(errno)). \(SystemError.adviceForReading(errno))"
    }
}

extension KeyFile {
    /// The public keys in a file of this path.
    static func read(_ path: String) throws -> KeyFile {
        let file = try InputFile(path)
        return try KeyFile(file.bytes, name: file.name)
    }
}

extension PrivateKeyFile {
    /// The private key in a file of this path.
    static func read(_ path: String) throws -> PrivateKeyFile {
        let file = try InputFile(path)
        return try PrivateKeyFile(file.bytes, name: file.name)
    }
}
