import CountersignKeyFiles
import Files
import Foundation

extension Expiration {
    /// What ends, as a noun phrase: `the secret Xr2b of the client billing`.
    package var phrase: String {
        let owner = client.map { " of the client \($0)" } ?? ""
        let holder = subject.map { " \($0)" } ?? ""
        return switch kind {
        case .clientCertificate: "the certificate\(holder) of the key \(name)\(owner)"
        case .clientKey: "the key \(name)\(owner)"
        case .keyStoreCertificate: "the certificate\(holder) in the key store under \(name)"
        case .keySetCertificate:
            "the certificate\(holder) of the key \(name)\(owner), which is published at \(url ?? "")"
        case .clientSecret: "the secret \(name)\(owner)"
        case .registrationToken: "the registration token \(name)"
        case .serverKey: "the server key \(name)"
        case .tlsCertificate: "the TLS certificate\(holder) of this server"
        }
    }

    /// What happens at the end, in the present and in the past tense.
    package var verb: (present: String, past: String) {
        switch kind {
        case .clientKey: ("retires", "retired")
        case .serverKey: ("leaves the published key set", "left the published key set")
        case .clientCertificate, .keyStoreCertificate, .keySetCertificate, .clientSecret, .registrationToken,
            .tlsCertificate:
            ("expires", "expired")
        }
    }

    /// Says in a sentence what ends and when.
    package func sentence(at now: UnixTime) -> String {
        let subject = phrase.prefix(1).uppercased() + phrase.dropFirst()
        return now < at
            ? "\(subject) \(verb.present) in \((at - now).text), on \(at.text)."
            : "\(subject) \(verb.past) on \(at.text)."
    }

    /// The end of the server's own certificate: the first one of the chain in a PEM file.
    ///
    /// - Returns: `nil` without a file, or if it cannot be read: that is reported where it is served.
    package static func ofTLSCertificate(_ file: String?) -> Expiration? {
        guard let file, let content = try? WholeFile(file, limit: WholeFile.maximumPEMLength),
            let der = try? PEMBlock.certificates(in: content.bytes).first,
            let certificate = CertificateDetails(der: der)
        else { return nil }
        return Expiration(
            .tlsCertificate, at: certificate.notAfter, key: "1", name: ExactString(file), subject: certificate.subject)
    }
}

extension PublishedCertificate {
    /// Reads the certificates in a key set: the first of each `x5c` (RFC 7517 §4.7). They are only shown, and never trusted.
    ///
    /// - Parameter body: a JWK Set, as it was received.
    package static func all(in body: [UInt8]) -> [PublishedCertificate] {
        guard let set = try? JSONObject(parsing: body), case .array(let keys)? = set["keys"] else { return [] }
        let certificates = keys.lazy.compactMap { key -> PublishedCertificate? in
            guard case .object(let key) = key, case .array(let chain)? = key["x5c"],
                case .string(let text)? = chain.first,
                let der = Data(base64Encoded: text.text), let certificate = CertificateDetails(der: Array(der))
            else { return nil }
            let kid = key.string("kid").map { $0.text.prefix(maximumNameLength) } ?? "without a kid"
            return PublishedCertificate(
                name: ExactString(String(kid)), subject: certificate.subject, notAfter: certificate.notAfter)
        }
        return Array(certificates.prefix(maximumCount))
    }

    private static let maximumNameLength = 255
}
