import CountersignJOSE
import Crypto
import Files

/// The key under which the server's signing keys are sealed at rest: 256 bits.
package struct MasterKey: Sendable {
    /// Its length in bytes.
    package static let length = 32

    let key: SymmetricKey

    /// A new one, at random.
    package static func generate() -> MasterKey {
        MasterKey(key: SymmetricKey(size: .bits256))
    }

    private init(key: SymmetricKey) {
        self.key = key
    }

    /// Reads a key from text, as it stands in its file and in `COUNTERSIGN_MASTER_KEY`.
    ///
    /// - Parameter text: 32 bytes in base64url without padding (RFC 4648 §5).
    /// - Throws: `notAKey`.
    package init(text: String) throws(MasterKeyError) {
        guard let bytes = Base64URL.decode(Array(text.utf8)), bytes.count == Self.length else {
            throw .notAKey(length: text.utf8.count)
        }
        key = SymmetricKey(data: bytes)
    }

    /// The key as text.
    var text: String {
        key.withUnsafeBytes { Base64URL.encode(Array($0)) }
    }
}

/// Why there is no master key.
package enum MasterKeyError: Error, Sendable, Equatable {
    /// The text is not 32 bytes of base64url; nothing of it is shown.
    case notAKey(length: Int)
    /// Others than the owner may read or write the file.
    case readableByOthers(path: String, mode: UInt32)
    /// It belongs to a user who is not trusted, under this number.
    case othersFile(path: String, owner: UInt32)
    /// The path leads to something else than a file.
    case notAFile(path: String)
    /// The path is a symbolic link that leads nowhere.
    case brokenLink(path: String)
    /// The operating system refused.
    case system(path: String, reason: String)

    /// One sentence for people, with what to do.
    package var message: String {
        switch self {
        case .notAKey(let length):
            "The master key must be 32 bytes in base64url, which is 43 characters; found \(length) characters."
        case .readableByOthers(let path, let mode):
            "The master key \(path) can be read or written by others (mode 0\(String(mode, radix: 8))): run chmod 600 on it."
        case .othersFile(let path, let owner):
            "The master key \(path) belongs to user \(owner), who is neither root nor the user this runs as: "
                + "if what is in it is yours, run chown on it."
        case .notAFile(let path): "The master key \(path) is not a file."
        case .brokenLink(let path): FileFault(role: .masterKey, path: path, reason: .brokenLink).message
        case .system(let path, let reason): "The master key \(path): \(reason)."
        }
    }
}

extension MasterKeyError {
    init(_ fault: FileFault) {
        switch fault.reason {
        case .brokenLink: self = .brokenLink(path: fault.path)
        case .kind: self = .notAFile(path: fault.path)
        case .owner(let owner): self = .othersFile(path: fault.path, owner: UInt32(owner))
        case .writable(let mode), .readable(let mode):
            self = .readableByOthers(path: fault.path, mode: UInt32(mode.bits))
        }
    }
}

extension MasterKey {
    /// Seals a secret with AES-256-GCM under a random nonce.
    ///
    /// - Parameter purpose: the additional authenticated data: what is sealed opens for the same purpose only.
    /// - Returns: nonce, ciphertext and tag.
    func seal(_ secret: [UInt8], for purpose: [UInt8]) throws(SealingError) -> [UInt8] {
        guard let box = try? AES.GCM.seal(secret, using: key, authenticating: purpose), let combined = box.combined
        else { throw .notSealed }
        return Array(combined)
    }

    /// Opens what `seal` made.
    ///
    /// - Returns: `nil` where it was sealed under another master key, for another purpose, or has been changed since.
    func open(_ sealed: [UInt8], for purpose: [UInt8]) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let secret = try? AES.GCM.open(box, using: key, authenticating: purpose)
        else { return nil }
        return Array(secret)
    }
}
