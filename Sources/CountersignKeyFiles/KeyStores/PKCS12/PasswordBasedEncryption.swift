import SwiftASN1

/// A cipher with libcrypto's name.
enum Cipher: String {
    case aes128 = "AES-128-CBC"
    case aes192 = "AES-192-CBC"
    case aes256 = "AES-256-CBC"
    case tripleDES = "DES-EDE3-CBC"
    case twoKeyTripleDES = "DES-EDE-CBC"
    case rc2 = "RC2-CBC"
    case rc2With40Bits = "RC2-40-CBC"

    /// In bytes.
    var keyLength: Int {
        switch self {
        case .aes128, .twoKeyTripleDES, .rc2: 16
        case .aes192, .tripleDES: 24
        case .aes256: 32
        case .rc2With40Bits: 5
        }
    }

    /// In bytes; also the length of the initialization vector.
    var blockLength: Int {
        switch self {
        case .aes128, .aes192, .aes256: 16
        case .tripleDES, .twoKeyTripleDES, .rc2, .rc2With40Bits: 8
        }
    }

    /// Whether only the legacy provider of OpenSSL 3 has it.
    var isLegacy: Bool { self == .rc2 || self == .rc2With40Bits }
}

/// The encryption of a private key, or of a part of a PKCS#12 file, with a password.
struct PasswordBasedEncryption {
    let cipher: Cipher
    private let derivation: KeyDerivation
    /// `nil` if it is derived from the password as well.
    private let initializationVector: [UInt8]?

    /// The rounds of the key's derivation.
    var rounds: Int {
        let derived = initializationVector == nil ? derivation.rounds(for: cipher.blockLength) : 0
        return derivation.rounds(for: cipher.keyLength) + derived
    }

    init(_ node: ASN1Node) throws(KeyFileError.Reason) {
        let algorithm = try AlgorithmIdentifier(node)
        switch algorithm.identifier {
        case .pbes2: try self.init(pbes2: algorithm)
        // RFC 7292 appendix C.
        case [1, 2, 840, 113549, 1, 12, 1, 3]: try self.init(.tripleDES, algorithm)
        case [1, 2, 840, 113549, 1, 12, 1, 4]: try self.init(.twoKeyTripleDES, algorithm)
        case [1, 2, 840, 113549, 1, 12, 1, 5]: try self.init(.rc2, algorithm)
        case [1, 2, 840, 113549, 1, 12, 1, 6]: try self.init(.rc2With40Bits, algorithm)
        default: throw .unsupportedPKCS12("an encryption of kind \(algorithm.identifier)")
        }
    }

    private init(_ cipher: Cipher, _ algorithm: AlgorithmIdentifier) throws(KeyFileError.Reason) {
        self.cipher = cipher
        var fields = try algorithm.fields(atMost: 2)
        derivation = try KeyDerivation(
            function: .pkcs12, digest: .sha1, salt: try fields.next().octets(),
            iterations: try fields.next().iterations())
        initializationVector = nil
    }

    /// RFC 8018 appendix A.4.
    private init(pbes2 algorithm: AlgorithmIdentifier) throws(KeyFileError.Reason) {
        var fields = try algorithm.fields(atMost: 2)
        let function = try AlgorithmIdentifier(fields.next())
        let scheme = try AlgorithmIdentifier(fields.next())
        switch scheme.identifier {
        case [2, 16, 840, 1, 101, 3, 4, 1, 2]: cipher = .aes128
        case [2, 16, 840, 1, 101, 3, 4, 1, 22]: cipher = .aes192
        case [2, 16, 840, 1, 101, 3, 4, 1, 42]: cipher = .aes256
        case [1, 2, 840, 113549, 3, 7]: cipher = .tripleDES
        default: throw .unsupportedPKCS12("a cipher of kind \(scheme.identifier)")
        }
        derivation = try KeyDerivation(function, keyLength: cipher.keyLength)
        guard let vector = try scheme.parameters?.octets(), vector.count == cipher.blockLength else {
            throw .damagedPKCS12("an initialization vector has the wrong length")
        }
        initializationVector = vector
    }

    /// - Returns: `nil` if the padding is invalid: it was encrypted with another password.
    func decrypt(
        _ ciphertext: [UInt8], _ password: PasswordForms, _ library: borrowing Libcrypto
    ) throws(KeyFileError.Reason) -> [UInt8]? {
        let key = try library.derive(derivation, .key, from: password, count: cipher.keyLength)
        let vector =
            if let initializationVector {
                initializationVector
            } else {
                try library.derive(derivation, .initializationVector, from: password, count: cipher.blockLength)
            }
        return try library.decrypt(ciphertext, cipher, key: key, initializationVector: vector)
    }
}
