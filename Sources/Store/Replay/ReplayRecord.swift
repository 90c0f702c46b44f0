import Crypto

/// A claim in the form that the replay log stores: a digest of client and `jti`, of fixed length.
///
/// The log stores one expiry per slice, not per record: a reader that dropped single records by the clock would accept them again
/// after the clock is set back.
package struct ReplayRecord: Sendable {
    /// The length of a stored record in bytes.
    package static let length = 16

    /// The first 16 bytes of a SHA-256, in two halves (big endian).
    package let digest: (high: UInt64, low: UInt64)
    /// Until when the claim must be remembered.
    package let expiry: UnixTime

    package init(_ claim: ReplayClaim, issuer: IssuerNumber = .first) {
        var client = claim.client.text
        self = client.withUTF8 { client in
            claim.digest.withUnsafeBytes {
                ReplayRecord(client: UnsafeRawBufferPointer(client), digest: $0, expiry: claim.expiry, issuer: issuer)
            }
        }
    }

    /// - Parameters:
    ///   - client: the client's identifier in UTF-8. Its length is hashed first, so that two different pairs of client and `jti`
    ///     never have the same input. The issuer, counted from 0, is the upper half of that length, so that the first issuer's
    ///     digests equal those of versions without issuers.
    ///   - digest: the claim's digest.
    package init(
        client: UnsafeRawBufferPointer, digest: UnsafeRawBufferPointer, expiry: UnixTime, issuer: IssuerNumber = .first
    ) {
        var hash = SHA256()
        let prefix = UInt64(issuer.rawValue - IssuerNumber.first.rawValue) << 32 | UInt64(client.count)
        withUnsafeBytes(of: prefix.bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: client)
        hash.update(bufferPointer: digest)
        self.digest = hash.finalize().withUnsafeBytes { Self.halves($0) }
        self.expiry = expiry
    }

    /// Decodes the digest of a stored record.
    ///
    /// - Parameter bytes: at least `length` bytes.
    package static func halves(_ bytes: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64) {
        (
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    /// Appends the record in its stored form.
    package func append(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: digest.high.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: digest.low.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
