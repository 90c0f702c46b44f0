/// The fields of a certificate that are used (RFC 5280 §4.1): serial number, names, validity and key.
///
/// Other fields are not parsed, so an unusual version, extension, signature algorithm or name cannot reject a certificate.
struct CertificateOutline {
    /// The bytes of an INTEGER; negative and overlong serial numbers are in use, against RFC 5280.
    let serialNumber: ArraySlice<UInt8>
    let issuer: CertificateName
    let notBefore: UnixTime
    let notAfter: UnixTime
    let subject: CertificateName
    /// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    let publicKey: ArraySlice<UInt8>

    /// - Throws: `.damaged` with the unreadable part.
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
