import Files
import NIOSSL

/// The servers that a client trusts.
public enum ServerTrust: Sendable {
    /// Servers with a certificate that the system trusts.
    case system
    /// Servers with a certificate from an authority in a PEM file.
    case authorities(file: String)
    /// Any server. For experiments only: anyone on the network path can read the tokens.
    case anyone

    /// TLS 1.2 or later (RFC 9325 §3.1.1).
    func configuration() throws(TokenClientError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch self {
        case .system: break
        case .authorities(let file):
            do {
                let content = try WholeFile(file, limit: WholeFile.maximumPEMLength)
                configuration.trustRoots = .certificates(
                    try PEMBlock.certificates(in: content.bytes).map { try NIOSSLCertificate(bytes: $0, format: .der) })
            } catch {
                throw .certificateFile(file)
            }
        case .anyone: configuration.certificateVerification = .none
        }
        return configuration
    }
}
