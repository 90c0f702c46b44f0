import CountersignJOSE
import CountersignKeyFiles
import Foundation

/// Files made by OpenSSL and OpenSSH (Fixtures/make.sh), independently of our own writers.
enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    /// Returns the content of the only block of a PEM file.
    static func der(_ name: String) throws -> [UInt8] {
        let lines = try text(name).split(separator: "\n").filter { !$0.hasPrefix("-----") }
        return Array(Data(base64Encoded: lines.joined()) ?? Data())
    }

    static func publicKeys(_ name: String) throws -> KeyFile {
        try KeyFile(try bytes(name), name: name)
    }

    static func privateKey(_ name: String) throws -> PrivateKeyFile {
        try PrivateKeyFile(try bytes(name), name: name)
    }

    /// Returns why a file is refused as a public key file, or `nil` if it is read.
    static func refusal(_ bytes: [UInt8]) -> KeyFileError.Reason? {
        do {
            _ = try KeyFile(bytes, name: "file")
            return nil
        } catch {
            return error.reason
        }
    }

    /// Returns why a file is refused as a private key file, or `nil` if it is read.
    static func refusalAsPrivate(_ bytes: [UInt8]) -> KeyFileError.Reason? {
        do {
            _ = try PrivateKeyFile(bytes, name: "file")
            return nil
        } catch {
            return error.reason
        }
    }
}
