/// The fields of a certificate that are used (RFC 5280 §4.1): serial number, names, validity and key.
///
/// Other fields are not parsed, so an unusual version, extension, signature algorithm or name cannot reject a certificate.
struct ParsedCertificate {
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
        guard var parts = DERElement(der, .sequence)?.elements else { throw Self.unreadable("structure") }
        var fields = try Self.next(.sequence, of: &parts, "structure").elements
        guard parts.next(.sequence) != nil, parts.next(.bitString) != nil, parts.isAtEnd else {
            throw Self.unreadable("structure")
        }
        // The version; absent in version 1.
        _ = fields.next(.explicit(0))
        serialNumber = try Self.next(.integer, of: &fields, "serial number").content
        guard !serialNumber.isEmpty else { throw Self.unreadable("serial number") }
        _ = try Self.next(.sequence, of: &fields, "structure")
        issuer = CertificateName(try Self.next(.sequence, of: &fields, "issuer"))
        var validity = try Self.next(.sequence, of: &fields, "validity").elements
        guard let notBefore = CertificateTime.read(validity.next()),
            let notAfter = CertificateTime.read(validity.next())
        else { throw Self.unreadable("validity") }
        (self.notBefore, self.notAfter) = (notBefore, notAfter)
        subject = CertificateName(try Self.next(.sequence, of: &fields, "subject"))
        publicKey = try Self.next(.sequence, of: &fields, "key").encoding
    }

    private static func next(
        _ tag: DERTag, of elements: inout DERReader, _ part: String
    ) throws(KeyFileError.Reason) -> DERElement {
        guard let element = elements.next(tag) else { throw unreadable(part) }
        return element
    }

    private static func unreadable(_ part: String) -> KeyFileError.Reason {
        .damaged(.public(.certificate), detail: "its \(part) cannot be read")
    }
}
