import NIOSSL
import X509

/// The check that a certificate is for the URL's host (RFC 9525 §6).
///
/// NIOSSL verifies it as well, but also accepts a certificate for the peer's address, and a common name. An attacker who forges DNS
/// answers and has a certificate for their own address could then impersonate any host.
enum ServerIdentity {
    /// RFC 9525 §6.3 for a name, §6.5 for an address.
    static func matches(_ certificate: NIOSSLCertificate, _ host: RemoteHost) throws -> Bool {
        let certificate = try Certificate(derEncoded: try certificate.toDERBytes())
        guard let names = try certificate.extensions.subjectAlternativeNames else { return false }
        return names.contains { candidate in
            switch (candidate, host) {
            case (.dnsName(let pattern), .name(let name)): matches(pattern: pattern, name)
            case (.ipAddress(let bytes), .address(let address)): bytes.bytes.elementsEqual(address.bytes)
            default: false
            }
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
