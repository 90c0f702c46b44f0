import Crypto
import Foundation
import NIOSSL
import TestSupport
import X509

/// A certificate authority for one test, with its own folder, which `remove` deletes.
struct TestAuthority {
    let folder: URL
    private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    private let name: DistinguishedName

    /// The PEM file of its root certificate.
    var file: String { folder.appending(path: "ca.pem").path }

    init(_ commonName: String = "Test authority") throws {
        folder = URL(filePath: TemporaryDirectory().path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        name = try DistinguishedName { CommonName(commonName) }
        let own = try certificate(
            of: key.publicKey, subject: name, issuer: name, signedWith: key,
            extensions: Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) }
        )
        try own.serializeAsPEM().pemString.write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// The PEM files of a certificate and its key.
    struct Issued {
        let certificate: String
        let key: String

        /// Returns a context for an NIO server.
        func context(_ change: (inout TLSConfiguration) -> Void = { _ in }) throws -> NIOSSLContext {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            change(&configuration)
            return try NIOSSLContext(configuration: configuration)
        }
    }

    /// - Parameters:
    ///   - host: the certificate's DNS name or address.
    ///   - selfSigned: whether it is signed with its own key instead of the authority's.
    func issue(
        _ host: GeneralName, selfSigned: Bool = false, notAfter: Date = Date().addingTimeInterval(86_400)
    ) throws -> Issued {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName("server") }
        let certificate = try certificate(
            of: Certificate.PrivateKey(key).publicKey, subject: subject, issuer: selfSigned ? subject : name,
            signedWith: selfSigned ? Certificate.PrivateKey(key) : self.key, notAfter: notAfter,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                SubjectAlternativeNames([host])
            })
        let path = folder.appending(path: UUID().uuidString).path
        let issued = Issued(certificate: path + ".pem", key: path + ".key")
        try certificate.serializeAsPEM().pemString.write(toFile: issued.certificate, atomically: true, encoding: .utf8)
        try key.pemRepresentation.write(toFile: issued.key, atomically: true, encoding: .utf8)
        return issued
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    private func certificate(
        of key: Certificate.PublicKey, subject: DistinguishedName, issuer: DistinguishedName,
        signedWith signer: Certificate.PrivateKey, notAfter: Date = Date().addingTimeInterval(86_400),
        extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key,
            notValidBefore: Date().addingTimeInterval(-172_800), notValidAfter: notAfter, issuer: issuer,
            subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: signer)
    }
}
