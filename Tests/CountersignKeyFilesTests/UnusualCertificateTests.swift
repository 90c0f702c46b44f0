import Countersign
import CountersignKeyFiles
import Testing

/// A handmade certificate whose fields can be changed; its signature is not valid.
struct HandmadeCertificate {
    var version: [UInt8] = DERWriter.element(.explicit(0), DERWriter.element(.integer, [2]))
    var serial: [UInt8] = [1]
    var names: [UInt8] = Self.name(tag: 0x0C, Array("billing".utf8))
    var notBefore: (tag: UInt8, text: String) = (0x17, "260101000000Z")
    var notAfter: (tag: UInt8, text: String) = (0x17, "360101000000Z")
    var key = Self.key
    var rest: [UInt8] = []

    static let key: [UInt8] = {
        do { return try SigningKey.generate(.es256).verificationKey.spki } catch { return [] }
    }()

    static func name(tag: UInt8, _ value: [UInt8], type: [UInt8] = [0x55, 0x04, 0x03]) -> [UInt8] {
        let attribute = DERWriter.element(
            .sequence, DERWriter.element(.objectIdentifier, type), DERWriter.element(DERTag(rawValue: tag), value))
        return DERWriter.element(.sequence, DERWriter.element(.set, attribute))
    }

    var encoding: [UInt8] {
        let algorithm = DERWriter.element(.sequence, DERWriter.element(.objectIdentifier, [0x2A, 0x03]))
        func time(_ time: (tag: UInt8, text: String)) -> [UInt8] {
            DERWriter.element(DERTag(rawValue: time.tag), Array(time.text.utf8))
        }
        let signed = DERWriter.element(
            .sequence, version, DERWriter.element(.integer, serial), algorithm, names,
            DERWriter.element(.sequence, time(notBefore), time(notAfter)), names, key, rest)
        return DERWriter.element(.sequence, signed, algorithm, DERWriter.bitString([0]))
    }
}

@Suite("Unusual certificates: only the fields in use must be valid")
struct UnusualCertificateTests {
    private static func read(
        _ change: (inout HandmadeCertificate) -> Void
    ) throws -> (CertificateFacts, CertificateDetails) {
        var certificate = HandmadeCertificate()
        change(&certificate)
        let key = try KeyFile(certificate.encoding, name: "file").keys[0]
        return (try #require(key.certificate).facts, try #require(CertificateDetails(der: certificate.encoding)))
    }

    @Test(
        "from OpenSSL: serial numbers, versions, strings, RSASSA-PSS, compressed points",
        arguments: [
            ("negative-serial", "CN=negative"), ("long-serial", "CN=long"), ("zero-serial", "CN=zero"),
            ("version1", "CN=version one"), ("pss", "CN=pss key"), ("pss-signed", "CN=pss signature"),
            ("compressed", "CN=compressed"), ("no-name", ""), ("t61", "CN=billing,O=Müller & Söhne\\, KG"),
            ("bmp", "CN=billing,O=Müller & Söhne\\, KG"), ("universal", "CN=billing,O=Müller & Söhne\\, KG"),
        ])
    func openSSL(_ name: String, _ subject: String) throws {
        let key = try Fixture.publicKeys("Unusual/\(name).certificate.pem").keys[0]
        let certificate = try #require(key.certificate)
        #expect(certificate.facts.subject == subject)
        #expect(certificate.facts.notBefore < certificate.facts.notAfter)
        let details = try #require(CertificateDetails(der: certificate.der))
        #expect(details.issuer == subject)
        #expect(details.isSelfIssued)
        if name == "negative-serial" { #expect(details.serialNumber == "-81") }
        if name == "zero-serial" { #expect(details.serialNumber == "00") }
        if name == "long-serial" {
            #expect(details.serialNumber == "7f:" + String(repeating: "00:", count: 38) + "01")
        }
        #expect(key.jwk.allowsVerification(with: .rs256) == (name != "pss" && name != "compressed"))
    }

    static let strings: [(tag: UInt8, bytes: [UInt8], text: String)] = [
        (0x13, Array("Acme_R&D*@".utf8), "Acme_R&D*@"), (0x13, [0x4D, 0xFC, 0x6C], "Mül"),
        (0x13, Array("Mül".utf8), "Mül"), (0x14, [0x4D, 0xFC, 0x6C], "Mül"), (0x0C, [0x4D, 0xFC, 0x6C], "Mül"),
        (0x16, [0xE9], "é"), (0x12, Array("12 3".utf8), "12 3"), (0x1A, Array("visible".utf8), "visible"),
        (0x1E, [0x00, 0x4D, 0x00, 0xFC], "Mü"), (0x1E, [0xD8, 0x3D, 0xDD, 0x11], "🔑"),
        (0x1E, [0xD8, 0x3D], "\u{FFFD}"), (0x1C, [0x00, 0x01, 0xF5, 0x11], "🔑"),
        (0x1C, [0xFF, 0xFF, 0xFF, 0xFF], "\u{FFFD}"),
        (0x1E, [0x00], "#1e0100"), (0x02, [0x05], "#020105"), (0x03, [0x00, 0x0F], "#0302000f"),
        (0x0C, Array("a\u{1B}[2J\u{202E}".utf8), "a\\1b[2J\\e2\\80\\ae"), (0x0C, Array("a\0b\n".utf8), "a\\00b\\0a"),
        (0x0C, Array(" #a, b ".utf8), "\\ #a\\, b\\ "), (0x0C, Array("#a".utf8), "\\#a"), (0x0C, [], ""),
    ]

    @Test("names in every string type, valid or not, are shown as text", arguments: strings)
    func names(_ example: (tag: UInt8, bytes: [UInt8], text: String)) throws {
        let (facts, details) = try Self.read { $0.names = HandmadeCertificate.name(tag: example.tag, example.bytes) }
        #expect(facts.subject == "CN=" + example.text)
        #expect(details.issuer == facts.subject)
    }

    @Test("malformed, long or deep names are truncated and do not invalidate a certificate")
    func hostileNames() throws {
        let attribute = Array(HandmadeCertificate.name(tag: 0x0C, Array("x".utf8)).dropFirst(2))
        let many = (0..<3000).flatMap { _ in attribute }
        #expect(try Self.read { $0.names = DERWriter.element(.sequence, many) }.0.subject.hasPrefix("…,CN=x,CN=x"))
        let long = [UInt8](repeating: 0x61, count: 100_000)
        let subject = try Self.read { $0.names = HandmadeCertificate.name(tag: 0x13, long) }.0.subject
        #expect(subject == "CN=" + String(repeating: "a", count: 256) + "…")
        let umlauts = Array(String(repeating: "ü", count: 5000).utf8)
        let umlaut = try Self.read { $0.names = HandmadeCertificate.name(tag: 0x0C, umlauts) }.0.subject
        #expect(umlaut == "CN=" + String(repeating: "ü", count: 256) + "…")
        var deep = DERWriter.element(.set)
        for _ in 0..<2000 { deep = DERWriter.element(.sequence, deep) }
        #expect(try Self.read { $0.names = DERWriter.element(.sequence, deep) }.0.subject == "…")
        #expect(try Self.read { $0.names = DERWriter.element(.sequence, [0x31, 0x05, 0x01]) }.0.subject == "…")
        #expect(
            try Self.read { $0.names = HandmadeCertificate.name(tag: 0x0C, [0x61], type: [0x2A, 0x03]) }.0.subject
                == "1.2.3=a")
    }

    static let times: [(tag: UInt8, text: String, seconds: Int64?)] = [
        (0x17, "260101000000Z", 1_767_225_600), (0x17, "2601010000Z", 1_767_225_600),
        (0x17, "260101010000+0100", 1_767_225_600), (0x17, "251231190000-0500", 1_767_225_600),
        (0x17, "700101000000Z", 0), (0x17, "500101000000Z", -631_152_000), (0x18, "20260101000000Z", 1_767_225_600),
        (0x18, "20260101000000.123Z", 1_767_225_600), (0x18, "2026010100Z", 1_767_225_600),
        (0x18, "20260101000000", 1_767_225_600), (0x18, "99991231235959Z", 253_402_300_799),
        (0x18, "00000101000000Z", -62_167_219_200), (0x18, "20240229120000Z", 1_709_208_000),
        (0x18, "20251231235960Z", 1_767_225_600), (0x17, "261301000000Z", nil), (0x17, "260100000000Z", nil),
        (0x17, "2601012500Z", nil), (0x17, "26010100000Z", nil), (0x17, "", nil), (0x17, "260101000000Zx", nil),
        (0x17, "260101000000+9900", nil), (0x18, "2026-01-01", nil), (0x13, "260101000000Z", nil),
    ]

    @Test("unusual times are parsed, or the certificate is refused for its validity", arguments: times)
    func validity(_ example: (tag: UInt8, text: String, seconds: Int64?)) throws {
        var certificate = HandmadeCertificate()
        certificate.notBefore = (example.tag, example.text)
        if let seconds = example.seconds {
            let facts = try #require(try KeyFile(certificate.encoding, name: "file").keys[0].certificate).facts
            #expect(facts.notBefore == UnixTime(seconds: seconds))
        } else {
            #expect(
                Fixture.refusal(certificate.encoding)
                    == .damaged(.public(.certificate), detail: "its validity cannot be read"))
        }
    }

    @Test("invalid fields that are not used are ignored: version, unique identifiers, extensions")
    func unused() throws {
        func version(_ number: UInt8) -> [UInt8] {
            DERWriter.element(.explicit(0), DERWriter.element(.integer, [number]))
        }
        // Many scripts call `set_version(3)`, which encodes 3.
        for version in [[], version(0), version(1), version(2), version(3)] {
            #expect(try Self.read { $0.version = version }.0.subject == "CN=billing")
        }
        for rest in [
            DERWriter.element(.implicit(1), [0, 1]) + DERWriter.element(.implicit(2), [0, 1]),
            DERWriter.element(.explicit(3), DERWriter.element(.sequence)),
            DERWriter.element(.explicit(3), [0xFF, 0xFF]),
            [0x30, 0x80],
        ] {
            #expect(try Self.read { $0.rest = rest }.0.subject == "CN=billing")
        }
    }

    @Test("the key's purpose matters: one for key agreement is refused by name")
    func keyAgreement() throws {
        var fields = try #require(DERElement(HandmadeCertificate.key, .sequence)).elements
        _ = fields.next()
        let point = Array(try #require(fields.next()?.bitStringBytes))
        let algorithm = DERWriter.element(
            .sequence, DERObjectIdentifier(1, 3, 132, 1, 12).encoding,
            DERObjectIdentifier(1, 2, 840, 10045, 3, 1, 7).encoding)
        var certificate = HandmadeCertificate()
        certificate.key = DERWriter.element(.sequence, algorithm, DERWriter.bitString(point))
        guard case .refused(let error) = Fixture.refusal(certificate.encoding) else {
            Issue.record("not refused")
            return
        }
        #expect(error.phrase.contains("id-ecDH"))
    }

    @Test("serial numbers of any size and sign are shown; an empty one is refused")
    func serials() throws {
        for (bytes, text) in [
            ([0x00], "00"), ([0x00, 0x80], "80"), ([0xFF], "-01"), ([0x80], "-80"), ([0xFF, 0x00], "-01:00"),
            ([0x80, 0x00], "-80:00"), ([0x00, 0x00, 0x01], "01"),
            ([UInt8](repeating: 0x11, count: 30_000), String(repeating: "11:", count: 64) + "…"),
        ] as [([UInt8], String)] {
            #expect(try Self.read { $0.serial = bytes }.1.serialNumber == text)
        }
        var empty = HandmadeCertificate()
        empty.serial = []
        #expect(
            Fixture.refusal(empty.encoding)
                == .damaged(.public(.certificate), detail: "its serial number cannot be read"))
    }
}
