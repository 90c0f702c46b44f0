import Files
import NIOSSL

/// The certificate authorities that are believed, parsed once and shared by all fetches.
///
/// The system's file holds some 140 certificates. Reading it anew for each fetch costs many times the rest of the fetch.
package struct TrustRoots: Sendable {
    let roots: NIOSSLTrustRoots
    /// What is believed beside `roots`.
    private(set) var additional: [NIOSSLAdditionalTrustRoots] = []

    private init(_ roots: NIOSSLTrustRoots) {
        self.roots = roots
    }

    /// The system's, as they were when they were first used; a change of them is seen after a restart.
    package static let system = TrustRoots(readingSystem())

    /// The authorities in a PEM file, and no others.
    ///
    /// - Throws: `TrustRootsError` where the file cannot be read or holds no certificate.
    package init(file: String) throws(TrustRootsError) {
        roots = .certificates(try Self.certificates(in: file))
    }

    /// These and the authorities in a PEM file.
    ///
    /// - Throws: `TrustRootsError` where the file cannot be read or holds no certificate.
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
        // Where Debian, Ubuntu, Arch and Alpine, Fedora and its kin, and openSUSE keep them.
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

/// A file that was to name certificate authorities and does not.
package struct TrustRootsError: Error, Sendable, Equatable {
    /// The file as it was given.
    package let file: String

    /// What is wrong and what to do, as a sentence.
    package var message: String {
        "'\(file)' cannot be read or holds no PEM certificate: give a file with the certificates of the authorities to trust."
    }
}
