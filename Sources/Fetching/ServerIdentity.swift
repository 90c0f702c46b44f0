import NIOSSL
import X509

/// RFC 9525 §6: whether a certificate is for the host whose name the URL has.
///
/// NIOSSL checks this too, but also accepts a certificate for the address the connection leads to, and a common name. Whoever can
/// forge an answer of a name server, and may prove an address of their own to an authority, would then be anybody.
enum ServerIdentity {
    /// - Parameter name: a host name in lower case.
    static func matches(_ certificate: NIOSSLCertificate, _ name: String) throws -> Bool {
        let certificate = try Certificate(derEncoded: try certificate.toDERBytes())
        guard let names = try certificate.extensions.subjectAlternativeNames else { return false }
        return names.contains { candidate in
            if case .dnsName(let pattern) = candidate { matches(pattern: pattern, name) } else { false }
        }
    }

    /// RFC 9525 §6.5: whether it is for an address.
    static func matches(_ certificate: NIOSSLCertificate, _ address: IPAddress) throws -> Bool {
        let certificate = try Certificate(derEncoded: try certificate.toDERBytes())
        guard let names = try certificate.extensions.subjectAlternativeNames else { return false }
        return names.contains { candidate in
            if case .ipAddress(let bytes) = candidate { bytes.bytes.elementsEqual(address.bytes) } else { false }
        }
    }

    /// RFC 9525 §6.3: a wildcard stands for exactly one label, the first.
    static func matches(pattern: String, _ name: String) -> Bool {
        let pattern = pattern.lowercased()
        if pattern.utf8.elementsEqual(name.utf8) { return true }
        guard pattern.hasPrefix("*."), let dot = name.firstIndex(of: "."), dot != name.startIndex else { return false }
        let parent = pattern.dropFirst(2)
        return parent.contains(".") && parent.utf8.elementsEqual(name[dot...].dropFirst().utf8)
    }
}
