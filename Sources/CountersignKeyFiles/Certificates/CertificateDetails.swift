import SwiftASN1

/// The details of a certificate for display; the rules do not use them (RFC 5280 §4.1.2).
public struct CertificateDetails: Sendable, Equatable {
    /// The issuer's distinguished name.
    public let issuer: String
    /// The serial number in hexadecimal digits; with a minus sign if it is negative.
    public let serialNumber: String
    /// Whether issuer and subject have the same name.
    public let isSelfIssued: Bool
    /// The subject's distinguished name.
    package let subject: String
    /// The last moment of validity.
    package let notAfter: UnixTime

    /// - Parameter der: a certificate.
    /// - Returns: `nil` for anything else.
    public init?(der: [UInt8]) {
        guard let certificate = try? ParsedCertificate(der) else { return nil }
        issuer = certificate.issuer.text
        (subject, notAfter) = (certificate.subject.text, certificate.notAfter)
        serialNumber = Self.digits(certificate.serialNumber)
        isSelfIssued = certificate.issuer == certificate.subject
    }

    /// RFC 5280 §4.1.2.2 allows at most 20 bytes and positive numbers only; longer and negative ones occur.
    private static func digits(_ integer: ArraySlice<UInt8>) -> String {
        let isNegative = integer.first.map { $0 >= 0x80 } ?? false
        var bytes = Array(integer)
        if isNegative {
            // X.690 §8.3: the two's complement.
            var carry = true
            for index in bytes.indices.reversed() {
                bytes[index] = ~bytes[index] &+ (carry ? 1 : 0)
                carry = carry && bytes[index] == 0
            }
        }
        let significant = bytes.dropLast().drop { $0 == 0 } + bytes.suffix(1)
        let shown = significant.prefix(64).map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }
        return (isNegative ? "-" : "") + shown.joined(separator: ":") + (significant.count > 64 ? ":…" : "")
    }

    /// A certificate in PEM (RFC 7468 §5), with a line break at the end.
    ///
    /// - Parameter der: a certificate.
    public static func pem(_ der: [UInt8]) -> String {
        PEMDocument(type: "CERTIFICATE", derBytes: der).pemString + "\n"
    }
}
