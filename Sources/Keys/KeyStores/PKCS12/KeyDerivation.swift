import SwiftASN1

/// One password, as the two derivations take it.
struct PasswordForms {
    /// RFC 7292 appendix B.1: UTF-16 and two zero bytes.
    let bmp: [UInt8]
    /// RFC 8018 §3.
    let utf8: [UInt8]
}

/// How a key is made of a password. Everything that costs time or memory is bounded here.
struct KeyDerivation {
    static let saltLengths = 1...1024

    enum Function {
        /// RFC 7292 appendix B.2.
        case pkcs12
        /// RFC 8018 §5.2.
        case pbkdf2
    }

    /// What the bytes are for (RFC 7292 appendix B.3).
    enum Purpose: Int32 {
        case key = 1
        case initializationVector = 2
        case integrity = 3
    }

    let function: Function
    let digest: Digest
    let salt: [UInt8]
    let iterations: Int

    init(function: Function, digest: Digest, salt: [UInt8], iterations: Int) throws(KeyFileError.Reason) {
        guard Self.saltLengths.contains(salt.count) else {
            throw .damaged(.pkcs12, detail: "a salt in it is empty or longer than \(Self.saltLengths.upperBound) bytes")
        }
        self.function = function
        self.digest = digest
        self.salt = salt
        self.iterations = iterations
    }

    /// PBKDF2 for a cipher (RFC 8018 appendix A.2).
    init(_ algorithm: AlgorithmIdentifier, keyLength: Int) throws(KeyFileError.Reason) {
        let (derivation, length) = try Self.pbkdf2(algorithm)
        guard length == nil || length == keyLength else {
            throw .damaged(.pkcs12, detail: "a key in it has not the length of its cipher's")
        }
        self = derivation
    }

    /// PBKDF2 for an authentication code, where the length of the key must be told (RFC 9579 §4).
    static func forCode(_ algorithm: AlgorithmIdentifier) throws(KeyFileError.Reason) -> (KeyDerivation, length: Int) {
        let (derivation, length) = try pbkdf2(algorithm)
        guard let length, (20...64).contains(length) else {
            throw .damaged(.pkcs12, detail: "its integrity check has a key that is not 20 to 64 bytes long")
        }
        return (derivation, length)
    }

    /// What so many bytes of key cost.
    func rounds(for length: Int) -> Int {
        iterations * ((length + digest.length - 1) / digest.length)
    }

    private static func pbkdf2(
        _ algorithm: AlgorithmIdentifier
    ) throws(KeyFileError.Reason) -> (KeyDerivation, length: Int?) {
        guard algorithm.identifier == .pbkdf2 else {
            throw .unsupportedPart(.pkcs12, "a key derivation of kind \(algorithm.identifier)")
        }
        var fields = try algorithm.fields(atMost: 4)
        let salt = try fields.next().octets()
        let iterations = try fields.next().iterations()
        let length = fields.isNext(.integer) ? try fields.next().number(atMost: 1024) : nil
        let digest = fields.isAtEnd ? .sha1 : try Digest(pseudorandomFunction: AlgorithmIdentifier(fields.next()))
        return (
            try KeyDerivation(function: .pbkdf2, digest: digest, salt: salt, iterations: iterations), length
        )
    }
}
