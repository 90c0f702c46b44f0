import Files
import NIOSSL

/// Trusted certificate authorities, parsed once and shared by all fetches.
///
/// The system's file has about 140 certificates. Parsing it for each fetch would cost many times the rest of the fetch.
package struct TrustRoots: Sendable {
    let roots: NIOSSLTrustRoots
    /// Authorities trusted in addition to `roots`.
    private(set) var additional: [NIOSSLAdditionalTrustRoots] = []

    private init(_ roots: NIOSSLTrustRoots) {
        self.roots = roots
    }

    /// The system's authorities, read at the first use; a later change needs a restart.
    package static let system = TrustRoots(readingSystem())

    /// Trusts only the authorities in a PEM file.
    ///
    /// - Throws: `TrustRootsError` if the file cannot be read or has no certificate.
    package init(file: String) throws(TrustRootsError) {
        roots = .certificates(try Self.certificates(in: file))
    }

    /// Adds the authorities in a PEM file.
    ///
    /// - Throws: `TrustRootsError` if the file cannot be read or has no certificate.
    package func adding(file: String) throws(TrustRootsError) -> TrustRoots {
        var sum = self
        sum.additional.append(.certificates(try Self.certificates(in: file)))
        return sum
    }

    private static func certificates(in file: String) throws(TrustRootsError) -> [NIOSSLCertificate] {
        do {
            let content = try WholeFile(file, limit: WholeFile.maximumPEMLength)
            return try PEMBlock.certificates(in: content.bytes).map { try NIOSSLCertificate(bytes: $0, format: .der) }
        } catch {
            throw TrustRootsError(file: file)
        }
    }

    private static func readingSystem() -> NIOSSLTrustRoots {
        #if os(Linux)
        // The files of Debian, Ubuntu, Arch and Alpine; of Fedora and its relatives; and of openSUSE.
        let files = [
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        ]
        for file in files {
            if let roots = try? TrustRoots(file: file) { return roots.roots }
        }
        #endif
        return .default
    }
}

/// A file of certificate authorities that cannot be used.
package struct TrustRootsError: Error, Sendable, Equatable {
    package let file: String

    /// What is wrong and what to do, as a sentence.
    package var message: String {
        "'\(file)' cannot be read or contains no PEM certificate: give a file with the certificates of the authorities to trust."
    }
}
