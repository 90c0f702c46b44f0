import Crypto

/// PKCE with the method S256 (RFC 7636).
package enum ProofKey {
    /// Whether a text can be a `code_challenge` of S256: base64url of 32 bytes (§4.2).
    package static func isChallenge(_ text: String) -> Bool {
        Base64URL.decode(text)?.count == SHA256.byteCount
    }

    /// Whether a text can be a `code_verifier`: 43 to 128 unreserved characters (§4.1).
    package static func isVerifier(_ text: String) -> Bool {
        (43...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { Base64URL.isInAlphabet($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "~") }
    }

    /// Whether a verifier belongs to a challenge (§4.6). Digests are compared, so timing reveals nothing about the verifier.
    package static func isValid(_ verifier: String, for challenge: String) -> Bool {
        Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) == challenge
    }
}
