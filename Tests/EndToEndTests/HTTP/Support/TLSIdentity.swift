import Crypto
import Foundation
import SwiftASN1
import X509
import _CryptoExtras

/// A self-signed certificate and its key.
struct TLSIdentity {
    let certificate: String
    let key: String

    /// - Parameter hosts: the DNS names of the certificate; `nil` for localhost and 127.0.0.1.
    static func make(_ commonName: String, hosts: [String]? = nil, isRSA: Bool = false) throws -> TLSIdentity {
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
                    hosts?.map { .dnsName($0) }
                        ?? [.dnsName("localhost"), .ipAddress(.init(contentBytes: [127, 0, 0, 1]))])
            }, issuerPrivateKey: key)
        return TLSIdentity(certificate: try certificate.serializeAsPEM().pemString, key: pem)
    }

    /// Writes both files where the server reads them, each atomically.
    func write(to folder: String) throws {
        // The mode is set before the rename: the server may check the file as soon as it is in place.
        let unfinished = folder + "/tls.key.new"
        try key.write(toFile: unfinished, atomically: true, encoding: .utf8)
        chmod(unfinished, 0o600)
        guard rename(unfinished, folder + "/tls.key") == 0 else { throw TestFailure("tls.key cannot be written") }
        try certificate.write(toFile: folder + "/tls.pem", atomically: true, encoding: .utf8)
    }
}
