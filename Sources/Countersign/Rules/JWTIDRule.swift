import CountersignJOSE
import Crypto

/// Rule 23, RFC 7523 §3 (7): `jti` is a string of 1 to 256 bytes.
enum JWTIDRule {
    static let maximumLength = 256

    /// - Returns: `nil` only in the legacy profile, where the signing input takes the place of an absent `jti`.
    static func check(_ claims: AssertionClaims, _ policy: AssertionPolicy) throws(Rejection) -> ExactString? {
        if claims.object["jti"] == nil, policy.audienceProfile.allowsMissingJWTID { return nil }
        let jti = try claims.requiredString(.jwtID)
        let length = jti.text.utf8.count
        guard length <= maximumLength else { throw .missingClaim(.jwtID, .tooLong(length)) }
        return jti
    }
}

extension ReplayClaim {
    /// The claim of an assertion whose rules 1 to 23 hold.
    init(client: ClientID, jti: ExactString?, signingInput: [UInt8], expiry: UnixTime, skew: Duration) {
        var hash = SHA256()
        if let jti {
            var text = jti.text
            text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        } else {
            hash.update(data: signingInput)
        }
        self.init(
            client: client, digest: Array(hash.finalize().prefix(16)),
            expiry: expiry + max(skew, AssertionPolicy.longestClockSkew))
    }
}
