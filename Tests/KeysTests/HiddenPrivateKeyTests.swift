import CountersignJOSE
import CountersignKeys
import Testing

@Suite("A private key is refused wherever it stands in a file that is given for its public key")
struct HiddenPrivateKeyTests {
    static let secrets = [
        "rsa.pkcs8.pem", "rsa.pkcs1.pem", "prime256v1.sec1.pem", "rsa.encrypted.pem", "rsa.encrypted.pkcs1.pem",
        "openssh.private",
    ]

    /// Ways in which a block of PEM comes to stand in a file.
    static let places: [(name: String, place: @Sendable (_ secret: String, _ open: String) -> String)] = [
        ("after a byte order mark", { secret, _ in "\u{FEFF}" + secret }),
        ("after three other bytes", { secret, _ in "abc" + secret }),
        ("after a line of text", { secret, _ in "my key:\n" + secret }),
        ("on a line with text", { secret, _ in "key=" + secret }),
        ("with CR", { secret, _ in secret.replacing("\n", with: "\r") }),
        ("with CR LF", { secret, _ in secret.replacing("\n", with: "\r\n") }),
        ("without line ends", { secret, _ in secret.replacing("\n", with: "") }),
        ("with escaped line ends", { secret, _ in secret.replacing("\n", with: #"\n"#) }),
        ("indented", { secret, _ in "    " + secret.replacing("\n", with: "\n    ") }),
        ("with attributes", { secret, _ in "Bag Attributes\n    localKeyID: 01\n" + secret }),
        ("behind a public key", { secret, open in open + secret }),
        ("behind one without a line end", { secret, open in open.trimmingSuffix() + secret }),
        ("before one", { secret, open in secret + open }),
        ("between two, with a byte order mark", { secret, open in open + "\u{FEFF}" + secret + open }),
        ("behind a block that does not end", { secret, _ in "-----BEGIN CERTIFICATE-----\nMAA=\n" + secret }),
        (
            "behind a block that is not base64",
            { secret, _ in
                "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n" + secret
            }
        ),
        ("without its own end", { secret, open in open + secret.dropLast(40) }),
        (
            "in a member of JSON",
            { secret, _ in #"{"type":"x","private_key":""# + secret.replacing("\n", with: #"\n"#) + #""}"# }
        ),
        ("in a JWK Set", { secret, _ in #"{"keys":[],"note":""# + secret.replacing("\n", with: #"\n"#) + #""}"# }),
        (
            "with damaged content",
            { secret, open in
                open + secret.replacing("a", with: "?")
            }
        ),
    ]

    @Test("In PEM", arguments: secrets, places.indices)
    func pem(_ file: String, _ index: Int) throws {
        let (name, place) = Self.places[index]
        let text = place(try Fixture.text(file), try Fixture.text("rsa.public.pem"))
        guard case .privateKey? = Fixture.refusal(Array(text.utf8)) else {
            Issue.record("\(file) \(name): \(String(describing: Fixture.refusal(Array(text.utf8))))")
            return
        }
    }

    @Test("Under a label that says something else, and under a public one's content")
    func labels() throws {
        let secret = try Fixture.text("rsa.pkcs8.pem")
        for label in ["CERTIFICATE", "PUBLIC KEY", "ANY PRIVATE KEY", "X"] {
            let text = secret.replacing("PRIVATE KEY", with: label)
            #expect(Fixture.refusal(Array(text.utf8)) == .privateKey(.privateKey))
        }
    }

    @Test("As PuTTY writes it, also behind a certificate")
    func putty() throws {
        let text = "PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\nEncryption: none\nPrivate-Lines: 1\nAAAA\n"
        for before in ["", try Fixture.text("rsa.certificate.pem")] {
            #expect(Fixture.refusal(Array((before + text).utf8)) == .privateKey(.puttyPrivateKey))
        }
        #expect(Fixture.refusalAsPrivate(Array(text.utf8)) == .unsupported(.puttyPrivateKey))
    }

    @Test("In DER behind something else: what is not text beside PEM, or behind DER, is refused")
    func der() throws {
        let secret = try Fixture.der("prime256v1.pkcs8.pem")
        for bytes in [
            try Fixture.bytes("rsa.certificate.pem") + secret, try Fixture.der("rsa.public.pem") + secret,
            try Fixture.bytes("rsa.certificate.der") + secret, [0x0A] + secret,
        ] {
            #expect(Fixture.refusal(bytes) != nil)
        }
        // Old systems end a text so.
        #expect(Fixture.refusal(try Fixture.bytes("rsa.certificate.pem") + [0x1A]) == nil)
        #expect(Fixture.refusal(try Fixture.bytes("rsa.certificate.pem") + [0, 0]) == nil)
    }

    @Test("As a JWK, deep in an object, and for a key that would not be used anyway")
    func jwk() throws {
        let secret = try SigningKey.generate(.es256).privateJWK().render()
        let open = JWK(key: try SigningKey.generate(.es256).verificationKey).object.render()
        for text in [
            "\u{FEFF}" + secret, #"{"keys":[\#(open)],"old":{"keys":[\#(secret)]}}"#,
            #"{"keys":[\#(open),[\#(secret)]]}"#,
            #"{"keys":[\#(open),{"kty":"XX","d":"AAAA"}]}"#,
            #"{"keys":[\#(open),{"kty":"RSA","n":"AA","e":"AQAB","p":"AA"}]}"#,
            #"{"jwks":{"keys":[\#(secret)]}}"#,
        ] {
            #expect(Fixture.refusal(Array(text.utf8)) == .privateKey(.privateJWK), "\(text)")
        }
    }

    @Test("The private key that signs is found in the same places")
    func found() throws {
        let thumbprint = try Fixture.privateKey("rsa.pkcs8.pem").key.verificationKey.thumbprint
        let (secret, open) = (try Fixture.text("rsa.pkcs8.pem"), try Fixture.text("rsa.public.pem"))
        var found = 0
        for (name, place) in Self.places where !name.contains("damaged") && !name.contains("block that") {
            guard name != "without its own end", name != "in a JWK Set" else { continue }
            let file = try PrivateKeyFile(Array(place(secret, open).utf8), name: name)
            #expect(file.key.verificationKey.thumbprint == thumbprint, "\(name)")
            found += 1
        }
        #expect(found == 15)
    }

    @Test("What cannot be read is named, and UTF-16 with the command that helps")
    func named() throws {
        let open = try Fixture.text("rsa.public.pem")
        let text = open + "-----BEGIN CERTIFICATE-----\nMAA=\n"
        #expect(Fixture.refusal(Array(text.utf8)) == .damaged(nil, detail: "the block 'CERTIFICATE' does not end"))
        for swapped in [false, true] {
            for mark in ["\u{FEFF}", ""] {
                let bytes = Array((mark + open).utf16).flatMap { unit -> [UInt8] in
                    let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
                    return swapped ? pair.reversed() : pair
                }
                #expect(Fixture.refusal(bytes) == .utf16)
                let error = #expect(throws: KeyFileError.self) { try KeyFile(bytes, name: "file") }
                #expect(error?.line.contains("iconv -f UTF-16 -t UTF-8") == true)
            }
        }
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String {
        String(self[..<(lastIndex { !$0.isNewline }.map(index(after:)) ?? endIndex)])
    }
}
