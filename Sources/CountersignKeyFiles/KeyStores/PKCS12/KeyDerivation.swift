import SwiftASN1

/// A password in the encodings of the two derivations.
struct PasswordForms {
    /// RFC 7292 appendix B.1: UTF-16 and two zero bytes.
    let bmp: [UInt8]
    /// RFC 8018 §3.
    let utf8: [UInt8]
}

/// The derivation of a key from a password, with bounded time and memory.
struct KeyDerivation {
    static let saltLengths = 1...1024

    enum Function {
        /// RFC 7292 appendix B.2.
        case pkcs12
        /// RFC 8018 §5.2.
        case pbkdf2
        /// RFC 7914 §6: N, r and p.
        case scrypt(cost: Int, blockSize: Int, parallelization: Int)
    }

    /// The limit of scrypt's memory, in bytes. OpenSSL uses 16 MiB; hardened settings use 128.
    static let maximumScryptMemory = 256 << 20

    /// The purpose of the derived bytes (RFC 7292 appendix B.3).
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
            throw .damagedPKCS12("a salt in it is empty or longer than \(Self.saltLengths.upperBound) bytes")
        }
        self.function = function
        self.digest = digest
        self.salt = salt
        self.iterations = iterations
    }

    /// PBKDF2 or scrypt for a cipher (RFC 8018 appendix A.2, RFC 7914 §7).
    init(_ algorithm: AlgorithmIdentifier, keyLength: Int) throws(KeyFileError.Reason) {
        let (derivation, length) =
            algorithm.identifier == .scrypt ? try Self.scrypt(algorithm) : try Self.pbkdf2(algorithm)
        guard length == nil || length == keyLength else {
            throw .damagedPKCS12("a key in it does not have its cipher's length")
        }
        self = derivation
    }

    /// PBKDF2 for an authentication code, which must state the length of the key (RFC 9579 §4).
    static func forCode(_ algorithm: AlgorithmIdentifier) throws(KeyFileError.Reason) -> (KeyDerivation, length: Int) {
        let (derivation, length) = try pbkdf2(algorithm)
        guard let length, (20...64).contains(length) else {
            throw .damagedPKCS12("its integrity check has a key that is not 20 to 64 bytes long")
        }
        return (derivation, length)
    }

    /// The rounds that a key of `length` bytes costs.
    func rounds(for length: Int) -> Int {
        // A step of scrypt, of which there are N·r·p, costs about as much as a round of the others.
        if case .scrypt(let cost, let blockSize, let parallelization) = function {
            return cost * blockSize * parallelization
        }
        return iterations * ((length + digest.length - 1) / digest.length)
    }

    private static func scrypt(
        _ algorithm: AlgorithmIdentifier
    ) throws(KeyFileError.Reason) -> (KeyDerivation, length: Int?) {
        var fields = try algorithm.fields(atMost: 5)
        let salt = try fields.next().octets()
        let cost = try fields.next().number(atMost: .max)
        let blockSize = try fields.next().number(atMost: .max)
        let parallelization = try fields.next().number(atMost: .max)
        let length = fields.isAtEnd ? nil : try fields.next().number(atMost: 1024)
        guard cost > 1, cost.nonzeroBitCount == 1, blockSize > 0, parallelization > 0 else {
            throw .damagedPKCS12("the numbers of its scrypt derivation are not allowed by RFC 7914")
        }
        // Each factor is checked first, so that the product does not overflow.
        guard cost <= 1 << 24, blockSize <= 1024, parallelization <= 1024,
            128 * cost * blockSize <= maximumScryptMemory
        else {
            throw .unsupportedPKCS12(
                "a scrypt derivation that takes more than \(maximumScryptMemory >> 20) MiB of memory")
        }
        let function = Function.scrypt(cost: cost, blockSize: blockSize, parallelization: parallelization)
        return (try KeyDerivation(function: function, digest: .sha256, salt: salt, iterations: 1), length)
    }

    private static func pbkdf2(
        _ algorithm: AlgorithmIdentifier
    ) throws(KeyFileError.Reason) -> (KeyDerivation, length: Int?) {
        guard algorithm.identifier == .pbkdf2 else {
            throw .unsupportedPKCS12("a key derivation of kind \(algorithm.identifier)")
        }
        var fields = try algorithm.fields(atMost: 4)
        let salt = try fields.next().octets()
        let iterations = try fields.next().iterations()
        let length = fields.isNext(.integer) ? try fields.next().number(atMost: 1024) : nil
        let digest = fields.isAtEnd ? .sha1 : try Digest(pseudorandomFunction: AlgorithmIdentifier(fields.next()))
        return (try KeyDerivation(function: .pbkdf2, digest: digest, salt: salt, iterations: iterations), length)
    }
}
