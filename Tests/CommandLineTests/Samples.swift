import Countersign
import CountersignKeyFiles
import Store

@testable import Administration
@testable import CLI

enum Samples {
    static let now = UnixTime(seconds: 1_800_000_000)

    static let key: JWK = {
        do {
            return JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: "k1")
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// - Parameter number: distinguishes certificates.
    static func certificate(_ number: UInt8 = 1, endsIn: Duration = .seconds(400 * 86_400)) -> KeyCertificate {
        KeyCertificate(
            der: [number],
            facts: CertificateFacts(
                subject: "CN=\(number)", notBefore: now - .seconds(86_400), notAfter: now + endsIn,
                thumbprintSHA1: "a", thumbprintSHA256: "b"))
    }

    static func entry(_ alias: String, _ number: UInt8 = 1, isFromJava: Bool = false) -> KeyStoreEntry {
        KeyStoreEntry(
            alias: ExactString(alias), certificate: certificate(number), jwk: key, isFromJava: isFromJava, addedAt: now)
    }

    static func file(_ aliases: [String], isFromJava: Bool = true) -> CertificateFile {
        let certificate = certificate()
        return CertificateFile(
            name: "clients.jks",
            entries: aliases.map {
                CertificateFile.Entry(
                    alias: $0, key: ImportedKey(jwk: key), certificate: certificate, isFromJava: isFromJava)
            }, notes: [], isKeyStore: true)
    }

    static func ownKey(
        number: Int64 = 1, status: KeyAvailability = .active, certificate: KeyCertificate? = nil
    ) -> KeyRecord {
        KeyRecord(number: number, jwk: key, certificate: certificate, status: status, addedAt: now)
    }

    static func client(_ change: (inout ClientRecord) -> Void = { _ in }) -> ClientRecord {
        var client = ClientRecord(id: "billing", name: "Billing", createdAt: now)
        change(&client)
        return client
    }
}
