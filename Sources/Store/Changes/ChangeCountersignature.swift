import Crypto

/// The server's authentication code over the change log up to one change, under a key that is not in the database: a person who can write
/// the database can compute digests, but not this.
package struct ChangeCountersignature: Sendable, Equatable {
    package let position: ChangePosition
    package let at: UnixTime
    /// HMAC-SHA256 (RFC 2104).
    package let code: [UInt8]

    package init(position: ChangePosition, at: UnixTime, code: [UInt8]) {
        (self.position, self.at, self.code) = (position, at, code)
    }
}

/// The key of countersignatures, derived from the master key.
package struct ChangeLogKey: Sendable {
    private let key: SymmetricKey

    package init(_ masterKey: MasterKey) {
        key = masterKey.derivedKey(for: "countersign/change-log/1")
    }

    package func countersign(
        _ position: ChangePosition, of issuer: IssuerNumber, at now: UnixTime
    ) -> ChangeCountersignature {
        let code = HMAC<SHA256>.authenticationCode(for: message(position, issuer, now), using: key)
        return ChangeCountersignature(position: position, at: now, code: Array(code))
    }

    /// Whether it was made with this key.
    package func verifies(_ countersignature: ChangeCountersignature, of issuer: IssuerNumber) -> Bool {
        let message = message(countersignature.position, issuer, countersignature.at)
        return HMAC<SHA256>.isValidAuthenticationCode(countersignature.code, authenticating: message, using: key)
    }

    /// Issuer, number, time and digest: three numbers of 8 bytes and the rest.
    private func message(_ position: ChangePosition, _ issuer: IssuerNumber, _ at: UnixTime) -> [UInt8] {
        [UInt64(issuer.rawValue), UInt64(bitPattern: position.number), UInt64(bitPattern: at.milliseconds)].flatMap {
            withUnsafeBytes(of: $0.bigEndian, Array.init)
        } + position.digest
    }
}
