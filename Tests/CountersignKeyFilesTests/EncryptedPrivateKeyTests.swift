import CountersignJOSE
import CountersignKeyFiles
import Testing

private typealias Writer = PKCS12Writer

@Suite("Password-protected private keys (RFC 5958 §3, RFC 8018)")
struct EncryptedPrivateKeyTests {
    /// The same key in several encryptions by OpenSSL; the password is `test`.
    static let files = [
        "encrypted.aes128-sha1.pem", "encrypted.aes192-sha384.pem", "encrypted.aes256-sha512.pem", "encrypted.des3.pem",
        "encrypted.scrypt.pem", "encrypted.pkcs12.pem",
    ]

    private static func refusal(_ bytes: [UInt8], _ password: String?) -> KeyFileError.Reason? {
        do {
            _ = try PrivateKeyFile(bytes, name: "file", password: password.map { Array($0.utf8) })
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("open with their password, in PEM and in DER", arguments: files)
    func opens(_ file: String) throws {
        let thumbprint = try Fixture.privateKey("prime256v1.pkcs8.pem").key.verificationKey.thumbprint
        for bytes in [try Fixture.bytes(file), try Fixture.der(file)] {
            let opened = try PrivateKeyFile(bytes, name: file, password: Array("test".utf8))
            #expect(opened.key.verificationKey.thumbprint == thumbprint)
            #expect(opened.hasPassword)
        }
    }

    @Test("are refused with any other password", arguments: files)
    func wrongPassword(_ file: String) throws {
        let bytes = try Fixture.bytes(file)
        #expect(Self.refusal(bytes, nil) == .passwordNeeded(.private(.encrypted)))
        for password in ["", "Test", "test ", "test\n", "tes"] {
            #expect(Self.refusal(bytes, password) == .wrongPassword(.private(.encrypted)))
        }
    }

    @Test("A wrong password is reported as such even if the padding happens to be valid")
    func luckyPadding() throws {
        let bytes = try Fixture.bytes("encrypted.aes128-sha1.pem")
        for number in 0..<600 {
            #expect(Self.refusal(bytes, "wrong \(number)") == .wrongPassword(.private(.encrypted)))
        }
    }

    @Test("An unencrypted key is read with or without a password")
    func unencrypted() throws {
        let file = try PrivateKeyFile(
            try Fixture.bytes("prime256v1.pkcs8.pem"), name: "file", password: Array("test".utf8))
        #expect(!file.hasPassword)
    }

    @Test("A key encrypted by PEM itself is refused with the remedy (RFC 1421)")
    func traditional() throws {
        #expect(Self.refusal(try Fixture.bytes("rsa.encrypted.pkcs1.pem"), "test") == .encrypted)
        let error = #expect(throws: KeyFileError.self) { try Fixture.privateKey("rsa.encrypted.pkcs1.pem") }
        #expect(error?.message.contains("Encrypt it as PKCS#8.") == true)
    }

    /// Returns an `EncryptedPrivateKeyInfo` with these scrypt parameters: N, r, p and, optionally, the key length.
    private static func scrypt(_ numbers: UInt64...) throws -> [UInt8] {
        let parameters = numbers.map { Bytes.integer($0) }.reduce([]) { $0 + $1 }
        let derivation = try Writer.algorithm(
            [1, 3, 6, 1, 4, 1, 11591, 4, 11], Bytes.sequence(Bytes.octets([1, 2, 3, 4]), parameters))
        let cipher = try Writer.algorithm(Writer.aes256, Bytes.octets([UInt8](repeating: 0, count: 16)))
        let algorithm = try Writer.algorithm(Writer.pbes2, Bytes.sequence(derivation, cipher))
        return Bytes.sequence(algorithm, Bytes.octets([UInt8](repeating: 0, count: 32)))
    }

    @Test("Work and memory are limited before the password is checked")
    func bombs() throws {
        let tooMuch = KeyFileError.Reason.tooMuchWork(.private(.encrypted), limit: 5_000_000)
        for password in [nil, "test"] {
            #expect(Self.refusal(try Fixture.bytes("encrypted.iterations.pem"), password) == tooMuch)
            #expect(Self.refusal(try Self.scrypt(16_384, 8, 128), password) == tooMuch)
            for numbers in [(1 << 19, 8, 1), (1 << 30, 1, 1), (2, 1 << 40, 1), (2, 1, 1 << 40), (1 << 62, 8, 1)]
                as [(UInt64, UInt64, UInt64)]
            {
                guard
                    case .unsupportedPart(.private(.encrypted), let part)? = Self.refusal(
                        try Self.scrypt(numbers.0, numbers.1, numbers.2), password)
                else {
                    Issue.record("\(numbers) was not refused")
                    continue
                }
                #expect(part.contains("256 MiB"))
            }
            for numbers in [(0, 8, 1), (1, 8, 1), (3, 8, 1), (16, 0, 1), (16, 8, 0)] as [(UInt64, UInt64, UInt64)] {
                guard
                    case .damaged(.private(.encrypted), _)? = Self.refusal(
                        try Self.scrypt(numbers.0, numbers.1, numbers.2), password)
                else {
                    Issue.record("\(numbers) was not refused")
                    continue
                }
            }
        }
        // Within the limits the password is tried.
        #expect(Self.refusal(try Self.scrypt(16, 8, 1, 32), "test") == .wrongPassword(.private(.encrypted)))
    }

    @Test("A truncated file is refused", arguments: files)
    func damaged(_ file: String) throws {
        let der = try Fixture.der(file)
        for length in stride(from: 0, to: der.count, by: 3) {
            #expect(Self.refusal(Array(der.prefix(length)), "test") != nil)
        }
    }
}
