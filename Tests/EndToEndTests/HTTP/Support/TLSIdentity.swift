import Crypto
import Foundation
import SwiftASN1
import X509
import _CryptoExtras

/// A certificate signed by its own key, and that key.
struct TLSIdentity {
    let certificate: String
    let key: String

    static func make(_ commonName: String, host: String = "localhost", isRSA: Bool = false) throws -> TLSIdentity {
        let name = try DistinguishedName { CommonName(commonName) }
        let (key, pem): (Certificate.PrivateKey, String)
        if isRSA {
            let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            (key, pem) = (.init(rsa), rsa.pemRepresentation)
        } else {
            let elliptic = P256.Signing.PrivateKey()
            (key, pem) = (.init(elliptic), elliptic.pemRepresentation)
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: key.publicKey, notValidBefore: .now - 60,
            notValidAfter: .now + 86_400, issuer: name, subject: name,
            signatureAlgorithm: isRSA ? .sha256WithRSAEncryption : .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                SubjectAlternativeNames(
                    host == "localhost"
                        ? [.dnsName(host), .ipAddress(.init(contentBytes: [127, 0, 0, 1]))] : [.dnsName(host)])
            }, issuerPrivateKey: key)
        return TLSIdentity(certificate: try certificate.serializeAsPEM().pemString, key: pem)
    }

    /// Puts both files where the server reads them, each replaced in one step.
    func write(to folder: String) throws {
        try key.write(toFile: folder + "/tls.key", atomically: true, encoding: .utf8)
        try certificate.write(toFile: folder + "/tls.pem", atomically: true, encoding: .utf8)
    }
}
