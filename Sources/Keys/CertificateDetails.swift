import CountersignJOSE
import SwiftASN1
import X509

/// What a person asks about a certificate beside what the rules need (RFC 5280 §4.1.2).
public struct CertificateDetails: Sendable, Equatable {
    /// The issuer's distinguished name.
    public let issuer: String
    /// The serial number, in hexadecimal digits.
    public let serialNumber: String
    /// Whether issuer and subject have the same name.
    public let isSelfIssued: Bool

    /// - Parameter der: a certificate.
    /// - Returns: `nil` for anything else.
    public init?(der: [UInt8]) {
        guard let certificate = try? Certificate(derEncoded: der) else { return nil }
        issuer = certificate.issuer.description
        serialNumber = certificate.serialNumber.bytes.map { byte in
            (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
        }.joined(separator: ":")
        isSelfIssued = certificate.issuer == certificate.subject
    }

    /// A certificate as a person keeps it (RFC 7468 §5), without a line break at the end.
    ///
    /// - Parameter der: a certificate.
    public static func pem(_ der: [UInt8]) -> String {
        PEMDocument(type: "CERTIFICATE", derBytes: der).pemString
    }
}
