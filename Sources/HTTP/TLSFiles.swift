import Files
import NIOSSL

/// The PEM files of a server certificate chain and its private key.
package struct TLSFiles: Sendable {
    package let certificate: String
    package let privateKey: String

    /// - Parameters:
    ///   - certificate: path of the chain, the server's own certificate first.
    ///   - privateKey: path of the private key.
    package init(certificate: String, privateKey: String) {
        self.certificate = certificate
        self.privateKey = privateKey
    }

    /// Reads both files and checks that they belong together.
    ///
    /// - Throws: `TLSFilesError` naming the file that cannot be used.
    package func check() throws(TLSFilesError) {
        _ = try context(offersHTTP2: true)
    }

    /// The suites of TLS 1.2: only ephemeral keys and authenticated encryption (RFC 9325 §4.2), like all suites of TLS 1.3.
    private static let cipherSuites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// A context for connections: TLS 1.2 or later (RFC 9325 §3.1.1).
    ///
    /// - Parameter offersHTTP2: whether ALPN (RFC 7301) offers `h2` besides `http/1.1`.
    /// - Throws: `TLSFilesError` naming the file that cannot be used.
    func context(offersHTTP2: Bool) throws(TLSFilesError) -> NIOSSLContext {
        let chain = try Self.read(certificate) { file throws(PEMProblem) in
            try PEMBlock.certificates(in: file.bytes).map { der throws(PEMProblem) in
                guard let certificate = try? NIOSSLCertificate(bytes: der, format: .der) else {
                    throw PEMProblem("a certificate in it cannot be read. Give the certificate chain as it was issued")
                }
                return certificate
            }
        }
        let key = try Self.read(privateKey, as: .tlsKey) { file throws(PEMProblem) in
            let der = try PEMBlock.privateKey(in: file.bytes)
            guard let key = try? NIOSSLPrivateKey(bytes: der, format: .der) else {
                throw PEMProblem(
                    "its private key cannot be read, or is of a kind that TLS does not use. Give an RSA or an EC key")
            }
            return key
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = Self.cipherSuites
        configuration.applicationProtocols = offersHTTP2 ? ["h2", "http/1.1"] : ["http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSFilesError(
                file: privateKey,
                problem: "its private key is not that of the certificate in \(certificate). "
                    + "Give the key that belongs to the certificate")
        }
    }

    private static func read<Value>(
        _ path: String, as role: FileTrust.Role? = nil, _ body: (WholeFile) throws(PEMProblem) -> Value
    ) throws(TLSFilesError) -> Value {
        let file: WholeFile
        do {
            file = try WholeFile(path, limit: WholeFile.maximumPEMLength)
        } catch {
            throw TLSFilesError(file: path, problem: "\(error.text). Check the path, and that this user may read it")
        }
        if let role, let fault = FileTrust.fault(role, path, file.facts) {
            throw TLSFilesError(file: path, problem: "it \(fault.predicate)", fault: fault)
        }
        do {
            return try body(file)
        } catch {
            throw TLSFilesError(file: path, problem: error.clause, conversion: error.conversion)
        }
    }
}

/// A TLS file that cannot be used.
package struct TLSFilesError: Error, Sendable, Equatable {
    package let file: String
    /// What is wrong with it, and what to do except about `fault` and `conversion`.
    package let problem: String
    /// Why it is not safe.
    package var fault: FileFault?
    /// How its key can be made usable.
    package var conversion: PEMProblem.Conversion?

    package var message: String { "\(file): \(problem)." }
}
