import Countersign
import CountersignJOSE
import Foundation
import GRDB
import Store

/// A certificate, and what was read from it, as columns of a row.
enum CertificateColumns {
    /// The columns, in the order of `values`.
    static let names = ["certificate", "subject", "not_before", "not_after", "thumbprint_sha1", "thumbprint_sha256"]

    static func values(_ certificate: KeyCertificate?) -> [(any DatabaseValueConvertible)?] {
        let facts = certificate?.facts
        return [
            certificate.map { Data($0.der) },
            // A subject may hold any character, NUL among them; TEXT would end there.
            facts.map { Data($0.subject.utf8) }, facts?.notBefore.milliseconds, facts?.notAfter.milliseconds,
            facts?.thumbprintSHA1.text, facts?.thumbprintSHA256.text,
        ]
    }

    /// - Returns: `nil` where the key came without one.
    static func certificate(_ row: Row) -> KeyCertificate? {
        guard let der = row["certificate"] as Data? else { return nil }
        return KeyCertificate(
            der: Array(der),
            facts: CertificateFacts(
                subject: String(decoding: (row["subject"] as Data?) ?? Data(), as: UTF8.self),
                notBefore: UnixTime(milliseconds: row["not_before"]),
                notAfter: UnixTime(milliseconds: row["not_after"]),
                thumbprintSHA1: ExactString(row["thumbprint_sha1"] as String),
                thumbprintSHA256: ExactString(row["thumbprint_sha256"] as String)))
    }
}
