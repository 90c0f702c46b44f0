import Countersign
import CountersignJOSE

/// What is used of a certificate (RFC 5280 §4.1): its serial number, names, validity and key.
///
/// Nothing else is read, so nothing else can keep a certificate out: not its version, extensions, the algorithm of its signature,
/// or a name that breaks the rules for names.
struct CertificateOutline {
    /// The bytes of an INTEGER; serial numbers are negative or longer than RFC 5280 allows in the field.
    let serialNumber: ArraySlice<UInt8>
    let issuer: CertificateName
    let notBefore: UnixTime
    let notAfter: UnixTime
    let subject: CertificateName
    /// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    let publicKey: ArraySlice<UInt8>

    /// - Throws: `damaged`, naming the part that cannot be read.
    init(_ der: [UInt8]) throws(KeyFileError.Reason) {
        guard let certificate = DERElement(der, .sequence) else { throw Self.unreadable("structure") }
        var parts = certificate.elements
        guard let signed = parts.next(.sequence), parts.next(.sequence) != nil, parts.next(.bitString) != nil,
            parts.isAtEnd
        else { throw Self.unreadable("structure") }

        var fields = signed.elements
        // The version; absent in version 1.
        _ = fields.next(.explicit(0))
        guard let serialNumber = fields.next(.integer)?.content, !serialNumber.isEmpty else {
            throw Self.unreadable("serial number")
        }
        self.serialNumber = serialNumber
        guard fields.next(.sequence) != nil else { throw Self.unreadable("structure") }
        guard let issuer = fields.next(.sequence) else { throw Self.unreadable("issuer") }
        self.issuer = CertificateName(issuer)
        guard var validity = fields.next(.sequence)?.elements, let notBefore = CertificateTime.read(validity.next()),
            let notAfter = CertificateTime.read(validity.next())
        else { throw Self.unreadable("validity") }
        (self.notBefore, self.notAfter) = (notBefore, notAfter)
        guard let subject = fields.next(.sequence) else { throw Self.unreadable("subject") }
        self.subject = CertificateName(subject)
        guard let publicKey = fields.next(.sequence)?.encoding else { throw Self.unreadable("key") }
        self.publicKey = publicKey
    }

    private static func unreadable(_ part: String) -> KeyFileError.Reason {
        .damaged(.public(.certificate), detail: "its \(part) cannot be read")
    }
}
