import Countersign
import CountersignKeyFiles
import Testing

@Suite("RFC 5280 §4.1: certificates")
struct CertificateTests {
    @Test("have subject, validity and thumbprints")
    func facts() throws {
        let certificate = try #require(try Fixture.publicKeys("rsa.certificate.pem").keys[0].certificate)
        #expect(certificate.facts.subject.contains("CN=Old ERP"))
        #expect(certificate.facts.notBefore.text == "2026-01-01T00:00:00Z")
        #expect(certificate.facts.notAfter.text == "2036-01-01T00:00:00Z")
        // openssl x509 -in rsa.certificate.pem -outform DER | openssl dgst -sha1 -binary | basenc --base64url
        let thumbprints = try Fixture.text("rsa.certificate.thumbprints").split(separator: "\n")
        #expect(certificate.facts.thumbprintSHA1.text == String(thumbprints[0]))
        #expect(certificate.facts.thumbprintSHA256.text == String(thumbprints[1]))
        #expect(certificate.der == (try Fixture.bytes("rsa.certificate.der")))
    }

    @Test("have issuer and serial number, and are written back unchanged")
    func details() throws {
        let der = try Fixture.bytes("rsa.certificate.der")
        let details = try #require(CertificateDetails(der: der))
        #expect(details.issuer == "CN=Test Issuer")
        #expect(details.serialNumber == "01")
        #expect(!details.isSelfIssued)
        #expect(CertificateDetails(der: Array(der.dropLast())) == nil)
        #expect(CertificateDetails.pem(der) == (try Fixture.text("rsa.certificate.pem")))
    }

    @Test("contain the subject's public key")
    func key() throws {
        for name in ["rsa", "prime256v1", "ed25519"] {
            let inCertificate = try Fixture.publicKeys("\(name).certificate.pem").keys[0].jwk
            #expect(inCertificate.thumbprint == (try Fixture.publicKeys("\(name).public.pem").keys[0].jwk.thumbprint))
        }
    }

    @Test("in a chain: only the first one's key is used, with a note")
    func chain() throws {
        let file = try Fixture.publicKeys("chain.pem")
        #expect(file.keys.count == 1)
        #expect(file.keys[0].jwk.key.type == .rsa)
        #expect(file.notes.count == 1)
        #expect(file.notes[0].contains("2 certificates"))
    }
}
