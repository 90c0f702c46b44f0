import Files
import NIOSSL

/// Which servers a client believes to be who they are.
public enum ServerTrust: Sendable {
    /// Those with a certificate that the system trusts.
    case system
    /// Those with a certificate from an authority in this PEM file.
    case authorities(file: String)
    /// Any. For trying out only: whoever sits in between can read the tokens.
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
