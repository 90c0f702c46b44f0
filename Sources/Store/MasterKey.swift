import Crypto
import Files

/// The 256-bit key that seals the server's own keys for storage.
package struct MasterKey: Sendable {
    /// In bytes.
    package static let length = 32

    let key: SymmetricKey

    /// Generates a random key.
    package static func generate() -> MasterKey {
        MasterKey(key: SymmetricKey(size: .bits256))
    }

    private init(key: SymmetricKey) {
        self.key = key
    }

    /// Parses a key from the text form used in its file and in `COUNTERSIGN_MASTER_KEY`.
    ///
    /// - Parameter text: 32 bytes in base64url without padding (RFC 4648 §5).
    /// - Throws: `notAKey`.
    package init(text: String) throws(MasterKeyError) {
        guard let bytes = Base64URL.decode(text), bytes.count == Self.length else {
            throw .notAKey(length: text.utf8.count)
        }
        key = SymmetricKey(data: bytes)
    }

    var text: String {
        key.withUnsafeBytes { Base64URL.encode(Array($0)) }
    }
}

/// Why the master key cannot be used.
package enum MasterKeyError: Error, Sendable, Equatable {
    /// The text is not 32 bytes of base64url; no part of it is shown.
    case notAKey(length: Int)
    /// The file is not safe.
    case file(FileFault)
    /// The operating system reported an error.
    case system(path: String, reason: String)

    /// The problem in one sentence.
    package var message: String {
        switch self {
        case .notAKey(let length):
            "The master key must be 32 bytes in base64url, which is 43 characters; found \(length) characters."
        case .file(let fault): "\(fault.problem)."
        case .system(let path, let reason): "The master key \(path): \(reason)."
        }
    }
}

extension MasterKey {
    /// Seals a secret with AES-256-GCM under a random nonce.
    ///
    /// - Parameter purpose: the additional authenticated data: the secret can be opened only for the same purpose.
    /// - Returns: nonce, ciphertext and tag.
    func seal(_ secret: [UInt8], for purpose: [UInt8]) throws(SealingError) -> [UInt8] {
        guard let box = try? AES.GCM.seal(secret, using: key, authenticating: purpose), let combined = box.combined
        else { throw .notSealed }
        return Array(combined)
    }

    /// Derives a key that stays the same for as long as the master key (HKDF, RFC 5869).
    ///
    /// - Parameter purpose: different purposes give unrelated keys.
    package func derivedKey(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array(purpose.utf8), outputByteCount: Self.length)
    }

    /// Opens the result of `seal`.
    ///
    /// - Returns: `nil` if it was sealed under another master key or for another purpose, or was modified since.
    func open(_ sealed: [UInt8], for purpose: [UInt8]) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let secret = try? AES.GCM.open(box, using: key, authenticating: purpose)
        else { return nil }
        return Array(secret)
    }
}
