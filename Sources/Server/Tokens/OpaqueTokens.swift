import Crypto
import Foundation

/// A sealer of opaque tokens: a token carries its own encrypted contents, so nothing is stored.
///
/// `cs_at_` and base64url of: a version, the number of the key, the token's identifier, and AES-256-GCM's nonce, ciphertext and tag.
/// Each token has its own AES key, derived with HKDF (RFC 5869) from the server's key, the issuer, the kind of token and the
/// identifier. So no key seals more than one token, far below NIST SP 800-38D's limit of 2³² per key, however many nodes share the
/// server's key (docs/decisions/0014-sealed-opaque-tokens.md).
package struct OpaqueTokens: Sendable {
    private let keys: SealingKeys
    /// Common to all tokens of an issuer, a kind and a version; part of each key and each seal. In the order of the versions.
    private let contexts: [[UInt8]]

    /// - Parameter issuer: the authorization server's issuer identifier (RFC 8414 §2).
    init(issuer: String, keys: SealingKeys) {
        self.keys = keys
        contexts = OpaqueTokenFormat.acceptedVersions.map { version in
            SealingKeys.context(["countersign/opaque-token", "\(version)", issuer, "access token"])
        }
    }

    private func context(_ version: UInt8) -> [UInt8] {
        contexts[Int(version - OpaqueTokenFormat.acceptedVersions.lowerBound)]
    }

    /// Makes a new token's identifier: 16 random bytes.
    static func randomID() -> [UInt8] {
        RandomBytes.make(OpaqueTokenFormat.idLength)
    }

    /// - Returns: the token in ASCII; `nil` if its contents exceed the limits of the format.
    package func seal(_ token: OpaqueToken) -> [UInt8]? {
        guard let key = keys.newest, token.id.count == OpaqueTokenFormat.idLength, let record = token.encoded(),
            OpaqueTokenFormat.headerLength + OpaqueTokenFormat.sealLength + record.count
                <= OpaqueTokenFormat.maximumLength
        else { return nil }
        let header = OpaqueTokenFormat.header(key: key.number, id: token.id)
        let context = context(OpaqueTokenFormat.version)
        let box = try? AES.GCM.seal(
            record, using: key.derived(for: context + token.id),
            nonce: AES.GCM.Nonce(data: RandomBytes.make(OpaqueTokenFormat.nonceLength)),
            authenticating: context + header)
        guard let sealed = box?.combined else { return nil }
        return OpaqueTokenFormat.prefix + Base64URL.encoded(header + sealed)
    }

    /// Opens a token that is authentic, of this issuer and kind, and not expired. Revocation is not checked here.
    ///
    /// Costs at most one derivation and one decryption.
    ///
    /// - Parameter token: ASCII bytes.
    package func unseal(_ token: [UInt8], at now: UnixTime) throws(OpaqueTokenFault) -> OpaqueToken {
        guard let parts = OpaqueTokenFormat(parsing: token) else { throw .malformed }
        guard let key = keys[parts.key] else { throw .unknownKey }
        let context = context(parts.version)
        guard let box = try? AES.GCM.SealedBox(combined: parts.sealed),
            let record = try? AES.GCM.open(
                box, using: key.derived(for: context + parts.id), authenticating: context + parts.header)
        else { throw .notAuthentic }
        guard let token = OpaqueToken(id: parts.id, decoding: Array(record), version: parts.version) else {
            throw .malformed
        }
        guard now < token.expiry else { throw .expired }
        return token
    }
}
