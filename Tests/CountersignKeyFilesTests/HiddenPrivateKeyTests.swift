import CountersignJOSE
import CountersignKeyFiles
import Testing

@Suite("A private key is refused anywhere in a file that should contain a public key")
struct HiddenPrivateKeyTests {
    static let secrets = [
        "rsa.pkcs8.pem", "rsa.pkcs1.pem", "prime256v1.sec1.pem", "rsa.encrypted.pem", "rsa.encrypted.pkcs1.pem",
        "openssh.private",
    ]

    /// Positions and forms of a PEM block in a file.
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
        ("after a public key", { secret, open in open + secret }),
        ("after a public key without a line end", { secret, open in open.trimmingSuffix() + secret }),
        ("before a public key", { secret, open in secret + open }),
        ("between two public keys, with a byte order mark", { secret, open in open + "\u{FEFF}" + secret + open }),
        ("after a block that does not end", { secret, _ in "-----BEGIN CERTIFICATE-----\nMAA=\n" + secret }),
        (
            "after a block that is not base64",
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

    @Test("Under a wrong or public label")
    func labels() throws {
        let secret = try Fixture.text("rsa.pkcs8.pem")
        for label in ["CERTIFICATE", "PUBLIC KEY", "ANY PRIVATE KEY", "X"] {
            let text = secret.replacing("PRIVATE KEY", with: label)
            #expect(Fixture.refusal(Array(text.utf8)) == .privateKey(.pkcs8))
        }
    }

    @Test("In PuTTY's format, also after a certificate")
    func putty() throws {
        let text = "PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\nEncryption: none\nPrivate-Lines: 1\nAAAA\n"
        for before in ["", try Fixture.text("rsa.certificate.pem")] {
            #expect(Fixture.refusal(Array((before + text).utf8)) == .privateKey(.puTTY))
        }
        #expect(Fixture.refusalAsPrivate(Array(text.utf8)) == .unsupported(.private(.puTTY)))
    }

    @Test("In DER after other content: binary data next to PEM or after DER is refused")
    func der() throws {
        let secret = try Fixture.der("prime256v1.pkcs8.pem")
        for bytes in [
            try Fixture.bytes("rsa.certificate.pem") + secret, try Fixture.der("rsa.public.pem") + secret,
            try Fixture.bytes("rsa.certificate.der") + secret, [0x0A] + secret,
        ] {
            #expect(Fixture.refusal(bytes) != nil)
        }
        // Ends of text on old systems.
        #expect(Fixture.refusal(try Fixture.bytes("rsa.certificate.pem") + [0x1A]) == nil)
        #expect(Fixture.refusal(try Fixture.bytes("rsa.certificate.pem") + [0, 0]) == nil)
    }

    @Test("As a JWK, deep in an object, or of an unsupported key")
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
            #expect(Fixture.refusal(Array(text.utf8)) == .privateKey(.jwk), "\(text)")
        }
    }

    /// Remains of an unreadable private key next to a public key.
    static let traces: [(name: String, text: @Sendable (_ secret: String, _ open: String) -> String)] = [
        ("the first line is missing", { secret, open in open + secret.dropFirst(28) }),
        ("the first line is missing, before a public key", { secret, open in secret.dropFirst(28) + open }),
        ("em dashes", { secret, open in open + secret.replacing("-----", with: "\u{2014}") }),
        ("an em dash and a hyphen", { secret, open in open + secret.replacing("-----", with: "\u{2014}\u{2014}-") }),
        ("minus signs", { secret, open in open + secret.replacing("-", with: "\u{2212}") }),
        ("en dashes", { secret, open in secret.replacing("--", with: "\u{2013}") + open }),
        ("lower case", { secret, open in open + secret.replacing("BEGIN PRIVATE KEY", with: "begin private key") }),
        ("mixed case", { secret, open in open + secret.replacing("PRIVATE KEY", with: "Private Key") }),
        ("a tab", { secret, open in open + secret.replacing("PRIVATE KEY", with: "PRIVATE\tKEY") }),
        ("a tab after BEGIN", { secret, open in open + secret.replacing("BEGIN ", with: "BEGIN\t") }),
        ("a no-break space", { secret, open in open + secret.replacing(" ", with: "\u{A0}") }),
        ("a zero-width space", { secret, open in open + secret.replacing("PRIVATE", with: "PRI\u{200B}VATE") }),
        ("two blanks", { secret, open in open + secret.replacing("PRIVATE KEY", with: "PRIVATE  KEY") }),
        ("underscores", { secret, open in open + secret.replacing(" ", with: "_") }),
        ("no dashes", { secret, open in open + secret.replacing("-", with: "") }),
        ("one dash on each side", { secret, open in open + secret.replacing("-----", with: "-") }),
        ("a PGP label", { _, open in open + "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nYQ==\n=aaaa\n" }),
        ("only the END line", { _, open in open + "\u{2014}END RSA PRIVATE KEY\u{2014}" }),
        ("dashes escaped in JSON", { secret, _ in json(secret.replacing("-", with: #"\u002d"#)) }),
        ("dashes escaped in JSON in capitals", { secret, _ in json(secret.replacing("-", with: #"\u002D"#)) }),
        ("letters escaped in JSON", { secret, _ in json(secret.replacing("P", with: #"\u0050"#)) }),
        (
            "JSON in JSON",
            { secret, _ in json(json(secret).replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#)) }
        ),
        (
            "OpenSSL text output",
            { _, open in "RSA Private-Key: (2048 bit, 2 primes)\nprivateExponent:\n    00:a1\n" + open }
        ),
        (
            "OpenSSL text output, EC",
            { _, open in "Private-Key: (256 bit)\npriv:\n    00:a1:\npub:\n  04:aa\n" + open }
        ),
    ]

    private static func json(_ text: String) -> String {
        #"{"keys":[],"note":""# + text.replacing("\n", with: #"\n"#) + #""}"#
    }

    @Test("Remains of a private key are refused, too", arguments: traces.indices)
    func remains(_ index: Int) throws {
        let (name, make) = Self.traces[index]
        let bytes = Array(make(try Fixture.text("rsa.pkcs8.pem"), try Fixture.text("rsa.public.pem")).utf8)
        switch Fixture.refusal(bytes) {
        case .privateKey, .privateKeyLine: break
        case let other: Issue.record("\(name): \(String(describing: other))")
        }
    }

    @Test("The error quotes a line of a private key without its dashes")
    func line() throws {
        let text = try Fixture.text("rsa.public.pem") + "MIIE\n-----END RSA PRIVATE KEY-----\n"
        let error = #expect(throws: KeyFileError.self) { try KeyFile(Array(text.utf8), name: "file") }
        #expect(error?.reason == .privateKeyLine("END RSA PRIVATE KEY"))
        #expect(
            error?.message.contains("a line of a private key, 'END RSA PRIVATE KEY'") == true, "\(error?.message ?? "")"
        )
        #expect(error?.message.contains("public half") == true)
        let latin =
            try Fixture.bytes("rsa.public.pem") + [0x97] + Array("BEGIN PRIVATE".utf8) + [0xA0, 0x4B, 0x45, 0x59, 0x97]
        #expect(Fixture.refusal(latin) == .privateKeyLine("BEGIN PRIVATE KEY"))
    }

    @Test(
        "Text that mentions private keys is accepted",
        arguments: [
            "# the private key stays with the client", "- private key: not in here", "-- private keys are elsewhere --",
            "The PRIVATE KEY is kept elsewhere.", "# begin with your private key, then go on",
            "countersign assertion sign --private-key key.pem", "- begin the private key rotation on Monday",
            "subject=CN = a private key - billing", "X509v3 Private Key Usage Period: critical",
            "Public-Key: (2048 bit)\nModulus:\n    00:d1:e2", "d: 2026-11-25T20:39:00.000Z", "q: see the manual",
            "Serial Number: 6a:d:0123456789abcdef", "PRIVATE KEYS: none",
        ])
    func harmless(_ text: String) throws {
        for (before, after) in [(text + "\n", ""), ("", "\n" + text + "\n")] {
            let bytes = Array((before + (try Fixture.text("rsa.public.pem")) + after).utf8)
            #expect(Fixture.refusal(bytes) == nil)
        }
        let key = JWK(key: try SigningKey.generate(.es256).verificationKey).object.render()
        let note = text.replacing("\n", with: #"\n"#)
        #expect(Fixture.refusal(Array(#"{"keys":[\#(key)],"note":"\#(note)"}"#.utf8)) == nil)
    }

    @Test(
        "Public JWKs of every key type are accepted",
        arguments: [SignatureAlgorithm.rs256, .es256, .edDSA, .mlDSA65])
    func publicJWK(_ algorithm: SignatureAlgorithm) throws {
        let key = JWK(key: try SigningKey.generate(algorithm).verificationKey, keyID: "d", algorithm: algorithm).object
            .render()
        let more = #""x5t":"dGhpcyBpcyBhIHRodW1icHJpbnQ","ext":true,"key_ops":["verify"]"#
        #expect(Fixture.refusal(Array("\(key.dropLast()),\(more)}".utf8)) == nil)
        #expect(Fixture.refusal(Array(#"{"keys":[\#(key)],"d":1,"p":"a","q":null}"#.utf8)) == nil)
    }

    @Test(
        "As a JWK next to PEM, in a string, or without kty",
        arguments: [SignatureAlgorithm.rs256, .es256, .edDSA, .mlDSA65])
    func looseJWK(_ algorithm: SignatureAlgorithm) throws {
        let secret = try SigningKey.generate(algorithm).privateJWK()
        let nameless = JSONObject(secret.members.filter { $0.name != "kty" }.map { ($0.name.text, $0.value) })
        let open = try Fixture.text("rsa.public.pem")
        let key = JWK(key: try SigningKey.generate(.es256).verificationKey).object.render()
        for text in [secret.render(), nameless.render()] {
            let escaped = text.replacing("\"", with: #"\""#)
            let spaced: String = text.replacing(":", with: ": ").replacing("\"", with: "'")
            let files: [String] = [
                "\(open)\(text)", "\(text)\n\(open)", "\(open)\n// \(text)\n\(open)", "\(open)\(text.dropLast(5))",
                "\(open)\(spaced)", "\(open)\(spaced.replacing("'", with: ""))",
                #"{"keys":[\#(key)],"old":"\#(escaped)"}"#, #"{"keys":[\#(key)],"old":\#(text)}"#,
                #"{"keys":[\#(key),\#(text)]}"#, text,
            ]
            for file in files {
                #expect(Fixture.refusal(Array(file.utf8)) == .privateKey(.jwk), "\(file)")
            }
        }
    }

    @Test("The longest suspicious files are scanned quickly")
    func long() {
        for part in ["PRIVATE KEY ", "p", "-BEGIN ", "\"d\":", ":", #"\"#, #"\u002d"#, "\u{2014}", " ", "private"] {
            let text = String(repeating: part, count: KeyFile.maximumLength / part.utf8.count)
            #expect(Fixture.refusal(Array(text.utf8)) != nil)
        }
    }

    @Test("A signing key is found in the same places")
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

    @Test("An unreadable block is named in the error, and UTF-16 is reported with the command that converts it")
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
                #expect(error?.message.contains("Save it as UTF-8") == true)
            }
        }
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String {
        String(self[..<(lastIndex { !$0.isNewline }.map(index(after:)) ?? endIndex)])
    }
}
