import Countersign
import CountersignJOSE
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// Reads the key and the validity of an X.509 certificate (RFC 5280 §4.1).
///
/// The certificate is a container here: registering it is what makes its key trusted, so no chain is built.
enum CertificateReader {
    static func key(in der: [UInt8]) throws(KeyFileError.Reason) -> ImportedKey {
        let certificate: Certificate
        var spki = DER.Serializer()
        do {
            certificate = try Certificate(derEncoded: der)
            try spki.serialize(certificate.publicKey)
        } catch {
            // The library takes no certificate whose key it does not take: what is wrong with that key says more.
            throw refusal(ofKeyIn: der)
                ?? .damaged(.certificate, detail: "its content cannot be read, or its key is of an unknown kind")
        }
        let key: VerificationKey
        do {
            key = try VerificationKey(spki: spki.serializedBytes)
        } catch {
            throw .refused(error)
        }
        let facts = CertificateFacts(
            subject: certificate.subject.description, notBefore: UnixTime(certificate.notValidBefore),
            notAfter: UnixTime(certificate.notValidAfter),
            thumbprintSHA1: ExactString(Base64URL.encode(Array(Insecure.SHA1.hash(data: der)))),
            thumbprintSHA256: ExactString(Base64URL.encode(Array(SHA256.hash(data: der)))))
        return ImportedKey(
            jwk: JWK(key: key),
            certificate: KeyCertificate(facts: facts, der: der))
    }

    private static func refusal(ofKeyIn der: [UInt8]) -> KeyFileError.Reason? {
        let fields = (try? DER.parse(der))?.children?.first?.children ?? []
        let spki = fields.first { $0.children?.map(\.identifier) == [.sequence, .bitString] }
        guard let spki else { return nil }
        do {
            _ = try VerificationKey(spki: Array(spki.encodedBytes))
            return nil
        } catch {
            return .refused(error)
        }
    }
}

extension UnixTime {
    fileprivate init(_ date: Date) {
        self = UnixTime(numericDate: date.timeIntervalSince1970) ?? .distantPast
    }
}
