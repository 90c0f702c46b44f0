import CountersignJOSE
import CountersignKeyFiles
import Testing

@Suite("Certificates in key stores")
struct KeyStoreFileTests {
    struct Entry: Sendable {
        let alias: String
        let kind: KeyStoreFileEntry.Kind
        /// The file that holds the same certificate.
        let certificate: String
    }

    struct Example: Sendable, CustomTestStringConvertible {
        let file: String
        var password: String? = KeyStoreFixture.password
        let entries: [Entry]
        /// One keyword of each expected note.
        var notes: [String] = ["private key", "issuers"]
        var testDescription: String { file }
    }

    static let erp = Entry(alias: "old-erp", kind: .keyEntry, certificate: "rsa.certificate.pem")
    static let billing = Entry(alias: "billing", kind: .trustedCertificate, certificate: "prime256v1.certificate.pem")
    static let cafe = Entry(alias: "café", kind: .trustedCertificate, certificate: "ed25519.certificate.pem")

    static let java: [Example] = [
        .init(file: "java17.jks", entries: [billing, cafe, erp]),
        .init(file: "java17.p12", entries: [billing, cafe, erp]),
        .init(file: "java8.p12", entries: [billing, cafe, erp]),
        .init(file: "java17-trusted.jks", entries: [billing], notes: []),
        .init(file: "java17-trusted.p12", entries: [billing], notes: []),
        .init(file: "java8-trusted.p12", entries: [billing], notes: []),
        .init(file: "java17-unicode-password.jks", password: "pässwörd", entries: [billing], notes: []),
        .init(file: "java17-unprotected.p12", password: nil, entries: [billing], notes: ["integrity"]),
    ]

    static let openSSL: [Example] = [
        .init(file: "openssl3.p12", entries: [erp]), .init(file: "openssl3-sha512.p12", entries: [erp]),
        .init(file: "openssl3-aes192.p12", entries: [erp]), .init(file: "openssl1.p12", entries: [erp]),
        .init(file: "openssl1-descert.p12", entries: [erp]), .init(file: "openssl1-rc2-128.p12", entries: [erp]),
        .init(file: "openssl1-two-key-des.p12", entries: [erp]), .init(file: "openssl3-bare.p12", entries: [erp]),
        .init(file: "openssl3-empty-password.p12", password: "", entries: [erp]),
        .init(file: "openssl3-unicode-password.p12", password: "pässwörd 𐍈", entries: [erp]),
        .init(file: "openssl1-unicode-password.p12", password: "pässwörd 𐍈", entries: [erp]),
        .init(
            file: "openssl3-nomac-bare.p12", password: nil, entries: [erp],
            notes: ["private key", "issuers", "integrity"]),
        .init(
            file: "openssl3-nameless.p12",
            entries: [.init(alias: "1", kind: .keyEntry, certificate: "prime256v1.certificate.pem")],
            notes: ["private key"]),
        .init(
            file: "openssl3-unicode.p12",
            entries: [.init(alias: "Zürich 密", kind: .keyEntry, certificate: "prime256v1.certificate.pem")],
            notes: ["private key"]),
    ]

    static let all: [Example] = java + openSSL
    static let protected: [Example] = all.filter { $0.password != nil }

    @Test("Entries written by Java are recognised as such", arguments: java + openSSL)
    func isFromJava(_ example: Example) throws {
        let store = try KeyStoreFixture.read(example.file, password: example.password)
        let isJava = example.file.hasPrefix("java")
        #expect(store.entries.map(\.isFromJava) == store.entries.map { _ in isJava })
    }

    @Test("are read from files by keytool of Java 8 to 17 and by openssl pkcs12 1.1 and 3", arguments: all)
    func read(_ example: Example) throws {
        let store = try KeyStoreFixture.read(example.file, password: example.password)
        #expect(store.format == (example.file.hasSuffix(".jks") ? .jks : .pkcs12))
        let expected = try example.entries.map { entry in
            KeyStoreFixture.Summary(
                alias: entry.alias, kind: entry.kind, certificate: try Fixture.der(entry.certificate))
        }
        #expect(KeyStoreFixture.summary(store) == expected)
        for (entry, found) in zip(example.entries, store.entries.sorted { $0.alias < $1.alias }) {
            #expect(found.key.jwk.thumbprint == (try Fixture.publicKeys(entry.certificate).keys[0].jwk.thumbprint))
        }
        #expect(store.notes.count == example.notes.count)
        for (note, word) in zip(store.notes, example.notes) { #expect(note.contains(word)) }
    }

    @Test("contain no part of a private key", arguments: ["java17.jks", "openssl3-bare.p12"])
    func noPrivateKeys(_ file: String) throws {
        for entry in try KeyStoreFixture.read(file).entries {
            for member in ["d", "p", "q", "dp", "dq", "qi", "k"] { #expect(entry.key.jwk.object[member] == nil) }
        }
    }

    @Test("are all imported if there are no keys, under their own names or a number")
    func certificatesOnly() throws {
        let store = try KeyStoreFixture.read("openssl3-certificates.p12")
        #expect(store.entries.map(\.alias) == ["old-erp", "issuer"])
        #expect(store.entries.allSatisfy { $0.kind == .trustedCertificate })
        #expect(store.entries[0].key.certificate?.der == (try Fixture.bytes("rsa.certificate.der")))
        #expect(store.notes.isEmpty)
    }

    @Test("An unusable one is skipped with the reason; an expired one is imported", arguments: ["jks", "p12"])
    func mixed(_ ending: String) throws {
        let store = try KeyStoreFixture.read("mixed." + ending)
        #expect(store.entries.map(\.alias) == ["expired"])
        #expect(store.entries[0].key.certificate?.facts.notAfter.text.hasPrefix("2020-01-0") == true)
        #expect(store.notes.count == 3)
        #expect(store.notes.contains { $0.contains("3 private keys") })
        #expect(store.notes.contains { $0.contains("'weak'") && $0.contains("RSA modulus of 1024 bits") })
        #expect(store.notes.contains { $0.contains("'dsa'") && $0.contains("not supported") })
    }

    @Test(
        "A key store opens only with its own password",
        arguments: protected, ["changeIt", "changeit ", "x", "changeit\0"])
    func wrongPassword(_ example: Example, _ password: String) throws {
        let bytes = try KeyStoreFixture.bytes(example.file)
        let format: KeyFormat = .keyStore(example.file.hasSuffix(".jks") ? .jks : .pkcs12)
        #expect(KeyStoreFixture.refusal(bytes, password: password) == .wrongPassword(format))
        #expect(KeyStoreFixture.refusal(bytes, password: nil) == .passwordNeeded(format))
        if example.password?.isEmpty == false {
            #expect(KeyStoreFixture.refusal(bytes, password: "") == .wrongPassword(format))
        }
    }

    @Test("A password that no key store can have is refused as such")
    func unusablePassword() throws {
        let bytes = try KeyStoreFixture.bytes("java17.jks")
        for password: [UInt8] in [[0x70, 0xE4], [UInt8](repeating: 0x61, count: 1025)] {
            let error = #expect(throws: KeyFileError.self) {
                try KeyStoreFile(bytes, name: "file", password: password)
            }
            guard case .unusablePassword? = error?.reason else {
                Issue.record("refused as \(String(describing: error?.reason))")
                continue
            }
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let file: String
        let reason: KeyFileError.Reason
        let remedy: String
        var testDescription: String { file }
    }

    static let others: [Refused] = [
        .init(file: "java17.jceks", reason: .unsupported(.keyStore(.jceks)), remedy: "Convert it to PKCS#12."),
        .init(file: "java17-secret.p12", reason: .noCertificates(.pkcs12), remedy: "client's certificate"),
        .init(file: "openssl3-nomac.p12", reason: .encryptedWithoutMAC(.pkcs12), remedy: "Write it again."),
        .init(
            file: "openssl1-rc4.p12",
            reason: .unsupportedPart(.keyStore(.pkcs12), "an encryption of kind 1.2.840.113549.1.12.1.1"),
            remedy: "Write it again."),
    ]

    @Test("An unsupported key store is refused in one line with a remedy", arguments: others)
    func refused(_ example: Refused) throws {
        let error = #expect(throws: KeyFileError.self) { try KeyStoreFixture.read(example.file) }
        #expect(error?.reason == example.reason)
        #expect(error?.message.hasPrefix(example.file + ": it ") == true)
        #expect(error?.message.contains(example.remedy) == true)
    }

    @Test("Key stores are recognised by their first bytes")
    func recognised() throws {
        for example in Self.all {
            let bytes = try KeyStoreFixture.bytes(example.file)
            #expect(KeyStoreFile.isKeyStore(bytes))
            #expect(KeyStoreFile.isKeyStore(Array(bytes.prefix(40))))
        }
        #expect(KeyStoreFile.isKeyStore(try KeyStoreFixture.bytes("java17.jceks")))
        let others = ["rsa.certificate.pem", "rsa.certificate.der", "rsa.pkcs8.pem", "bundle.p7b.pem", "make.sh"]
        for file in others {
            #expect(!KeyStoreFile.isKeyStore(try Fixture.bytes(file)))
            #expect(KeyStoreFixture.refusal(try Fixture.bytes(file)) == .noKeyStore)
        }
        #expect(!KeyStoreFile.isKeyStore(try Fixture.der("rsa.pkcs8.pem")))
        #expect(!KeyStoreFile.isKeyStore(try Fixture.der("bundle.p7b.pem")))
        #expect(KeyStoreFixture.refusal([]) == .empty)
    }

    @Test("A key store in place of a key file is refused with a remedy")
    func inPlaceOfAKey() throws {
        let expected: [(file: String, format: KeyFormat.StoreKind, remedy: String)] = [
            ("java17.jks", .jks, "Read it as a key store."), ("java17.p12", .pkcs12, "Read it as a key store."),
            ("java17.jceks", .jceks, "Convert it to PKCS#12."),
        ]
        for (file, format, remedy) in expected {
            let bytes = try KeyStoreFixture.bytes(file)
            let error = #expect(throws: KeyFileError.self) { try KeyFile(bytes, name: file) }
            #expect(error?.reason == .unsupported(.keyStore(format)))
            #expect(error?.remedy.contains(remedy) == true)
            // Also if truncated.
            #expect(Fixture.refusal(Array(bytes.prefix(200))) == .unsupported(.keyStore(format)))
            let forSigning = #expect(throws: KeyFileError.self) { try PrivateKeyFile(bytes, name: file) }
            #expect(forSigning?.reason == .keyInStore(format))
            #expect(forSigning?.remedy == "Take the private key out.")
        }
    }
}
