import Countersign
import CountersignJOSE
import CountersignStore
import Foundation
import GRDB

/// A client's key as a row of the table `client_key`. The JWK is kept as JSON, without anything private.
enum KeyRow {
    static func insert(_ keys: [KeyRecord], of client: Int64, _ db: Database) throws {
        let insertion = try db.cachedStatement(
            sql: """
                INSERT INTO client_key
                    (client, jwk, certificate, subject, not_before, not_after, thumbprint_sha1, thumbprint_sha256, added_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for key in keys {
            let facts = key.certificate?.facts
            let values: [(any DatabaseValueConvertible)?] = [
                client, key.jwk.object.render(), key.certificate.map { Data($0.der) },
                // A subject may hold any character, NUL among them; TEXT would end there.
                facts.map { Data($0.subject.utf8) }, facts?.notBefore.milliseconds, facts?.notAfter.milliseconds,
                facts?.thumbprintSHA1.text, facts?.thumbprintSHA256.text, key.addedAt.milliseconds,
            ]
            try insertion.execute(arguments: StatementArguments(values))
        }
    }

    static func keys(of client: Int64, _ db: Database) throws -> [KeyRecord] {
        let query = try db.cachedStatement(sql: "SELECT * FROM client_key WHERE client = ? ORDER BY number")
        return try Row.fetchAll(query, arguments: [client]).map(key)
    }

    private static func key(_ row: Row) throws -> KeyRecord {
        let number: Int64 = row["number"]
        return KeyRecord(
            number: number, jwk: try jwk(row["jwk"], number), certificate: certificate(row),
            addedAt: UnixTime(milliseconds: row["added_at"]))
    }

    private static func jwk(_ text: String, _ number: Int64) throws(StoreError) -> JWK {
        do {
            return try JWK(JSONObject(parsing: Array(text.utf8)))
        } catch {
            throw .corrupt("client key \(number) cannot be read: \(error)")
        }
    }

    private static func certificate(_ row: Row) -> RegisteredCertificate? {
        guard let der = row["certificate"] as Data? else { return nil }
        return RegisteredCertificate(
            der: Array(der),
            facts: CertificateFacts(
                subject: String(decoding: (row["subject"] as Data?) ?? Data(), as: UTF8.self),
                notBefore: UnixTime(milliseconds: row["not_before"]),
                notAfter: UnixTime(milliseconds: row["not_after"]),
                thumbprintSHA1: ExactString(row["thumbprint_sha1"] as String),
                thumbprintSHA256: ExactString(row["thumbprint_sha256"] as String)))
    }
}
