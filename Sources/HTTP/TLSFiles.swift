import NIOSSL

/// The PEM files of a server certificate chain and its private key.
public struct TLSFiles: Sendable {
    /// Path of the certificate chain.
    public let certificate: String
    /// Path of the private key.
    public let privateKey: String

    /// - Parameters:
    ///   - certificate: path of the chain, the server's own certificate first.
    ///   - privateKey: path of the private key.
    public init(certificate: String, privateKey: String) {
        self.certificate = certificate
        self.privateKey = privateKey
    }

    /// Reads both files, sees whether they belong together, and uses neither.
    ///
    /// - Throws: `TLSFilesError` naming the file that cannot be used.
    public func check() throws(TLSFilesError) {
        let configuration = try serverConfiguration()
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSFilesError(file: privateKey, expected: "the private key of the certificate in \(certificate)")
        }
    }

    /// TLS 1.2 or later (RFC 9325 §3.1.1).
    ///
    /// - Throws: `TLSFilesError` naming the file that cannot be used.
    func serverConfiguration() throws(TLSFilesError) -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw TLSFilesError(file: certificate, expected: "a PEM certificate chain")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: privateKey, format: .pem)
        } catch {
            throw TLSFilesError(file: privateKey, expected: "an unencrypted PEM private key")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}

/// A TLS file that cannot be used.
public struct TLSFilesError: Error, Sendable, Equatable {
    /// Its path.
    public let file: String
    /// What it should hold.
    public let expected: String

    /// One sentence for people.
    public var explanation: String { "\(file) cannot be read, or is not \(expected)." }
}
