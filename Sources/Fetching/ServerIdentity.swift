import NIOSSL
import X509

/// The check that a certificate is for the URL's host (RFC 9525 §6).
///
/// NIOSSL verifies it as well, but also accepts a certificate for the peer's address, and a common name. An attacker who forges DNS
/// answers and has a certificate for their own address could then impersonate any host.
enum ServerIdentity {
    /// - Parameter name: a host name in lower case.
    static func matches(_ certificate: NIOSSLCertificate, _ name: String) throws -> Bool {
        let certificate = try Certificate(derEncoded: try certificate.toDERBytes())
        guard let names = try certificate.extensions.subjectAlternativeNames else { return false }
        return names.contains { candidate in
            if case .dnsName(let pattern) = candidate { matches(pattern: pattern, name) } else { false }
        }
    }

    /// RFC 9525 §6.5: whether the certificate is for an address.
    static func matches(_ certificate: NIOSSLCertificate, _ address: IPAddress) throws -> Bool {
        let certificate = try Certificate(derEncoded: try certificate.toDERBytes())
        guard let names = try certificate.extensions.subjectAlternativeNames else { return false }
        return names.contains { candidate in
            if case .ipAddress(let bytes) = candidate { bytes.bytes.elementsEqual(address.bytes) } else { false }
        }
    }

    /// RFC 9525 §6.3: a wildcard matches exactly one label, the first.
    static func matches(pattern: String, _ name: String) -> Bool {
        let pattern = pattern.lowercased()
        if pattern.utf8.elementsEqual(name.utf8) { return true }
        guard pattern.hasPrefix("*."), let dot = name.firstIndex(of: "."), dot != name.startIndex else { return false }
        let parent = pattern.dropFirst(2)
        return parent.contains(".") && parent.utf8.elementsEqual(name[dot...].dropFirst().utf8)
    }
}
