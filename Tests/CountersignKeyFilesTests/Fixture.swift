import CountersignJOSE
import CountersignKeyFiles
import Foundation

/// Files made by OpenSSL and OpenSSH (Fixtures/make.sh), which our own writers had no hand in.
enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    /// The content of the one block of a PEM file.
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

    /// The reason for which a text is no public key file.
    static func refusal(_ bytes: [UInt8]) -> KeyFileError.Reason? {
        do {
            _ = try KeyFile(bytes, name: "file")
            return nil
        } catch {
            return error.reason
        }
    }

    /// The reason for which a text is no private key file.
    static func refusalAsPrivate(_ bytes: [UInt8]) -> KeyFileError.Reason? {
        do {
            _ = try PrivateKeyFile(bytes, name: "file")
            return nil
        } catch {
            return error.reason
        }
    }
}
