import Administration
import ArgumentParser
import CountersignKeyFiles
import Files
import Foundation

/// A file that a command reads, up to a size limit; `-` is standard input.
struct InputFile {
    /// The path as given, for messages.
    let name: String
    let bytes: [UInt8]

    let facts: FileFacts

    /// - Parameter limit: a longer file is read up to one byte beyond it, so that callers can tell.
    /// - Throws: `FileFailure`.
    init(_ path: String, limit: Int = KeyFile.maximumLength) throws {
        name = path == "-" ? "standard input" : path
        do {
            let file =
                path == "-"
                ? try WholeFile(descriptor: STDIN_FILENO, limit: limit) : try WholeFile(path, limit: limit)
            (bytes, facts) = (file.bytes, file.facts)
        } catch {
            throw FileFailure.unreadable(name, errno: error.number)
        }
    }

    /// The content without its final line break.
    var line: [UInt8] {
        var line = bytes
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    /// The first line without its line break and byte order mark.
    var firstLine: [UInt8] {
        var line = Array(bytes.dropFirst(ByteOrderMark.length(in: bytes)).prefix { $0 != UInt8(ascii: "\n") })
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }
}

extension KeyFile {
    static func read(_ path: String) throws -> KeyFile {
        let file = try InputFile(path)
        return try KeyFile(file.bytes, name: file.name)
    }
}

extension PrivateKeyFile {
    /// - Parameter password: the source of the password; without it an encrypted key is refused.
    static func read(_ path: String, _ password: PasswordOptions? = nil) throws -> PrivateKeyFile {
        let file = try InputFile(path)
        guard let password else { return try PrivateKeyFile(file.bytes, name: file.name) }
        let key = try password.opening(file.name) { password throws(KeyFileError) in
            try PrivateKeyFile(file.bytes, name: file.name, password: password)
        }
        if !key.hasPassword, !password.isEmpty { Terminal.warn("\(file.name) is not encrypted and needs no password.") }
        return key
    }
}

extension CertificateFile {
    /// - Throws: `KeyFileError`, and `KeyStoreFailure` for a key without a certificate.
    static func read(_ path: String, _ password: PasswordOptions) throws -> CertificateFile {
        let file = try InputFile(path, limit: KeyStoreFile.maximumLength)
        guard KeyStoreFile.isKeyStore(file.bytes) else {
            return try CertificateFile(KeyFile(file.bytes, name: file.name), name: file.name, path: path)
        }
        let store = try password.opening(file.name) { password throws(KeyFileError) in
            try KeyStoreFile(file.bytes, name: file.name, password: password)
        }
        return CertificateFile(store, name: file.name)
    }
}
