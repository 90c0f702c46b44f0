import CountersignKeyFiles
import Foundation
import Store

/// Entries of the key store with copies of one certificate, which end at different times. Every second alias is the ID of a client, which has
/// keys of its own.
struct KeyStoreFilling: Sendable {
    let count: Int
    /// A file with one certificate.
    let certificate: String

    func fill(_ store: any KeyStore) async throws {
        guard let bytes = FileManager.default.contents(atPath: certificate),
            let key = try KeyFile(Array(bytes), name: certificate).keys.first, let known = key.certificate
        else { throw UsageError(message: "\(certificate) has no certificate") }
        let start = UnixTime.now
        for first in stride(from: 0, to: count, by: 1000) {
            let entries = (first..<min(first + 1000, count)).map { number in
                let facts = CertificateFacts(
                    subject: "\(known.facts.subject), OU=Department \(number)", notBefore: known.facts.notBefore,
                    notAfter: start + .seconds((number * 7919 % count - count / 10) * 3600),
                    thumbprintSHA1: known.facts.thumbprintSHA1, thumbprintSHA256: known.facts.thumbprintSHA256)
                return KeyStoreEntry(
                    alias: ExactString(number.isMultiple(of: 2) ? "other-\(number + 1)" : "partner-\(number)"),
                    certificate: KeyCertificate(der: known.der, facts: facts), jwk: key.jwk, addedAt: start)
            }
            _ = try await store.put(entries, replaces: false)
        }
    }
}
