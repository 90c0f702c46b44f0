import CountersignKeyFiles
import Testing

@Suite("JKS")
struct JavaKeyStoreTests {
    private static func certificate() throws -> [UInt8] { try Fixture.bytes("rsa.certificate.der") }

    private typealias Writer = JavaKeyStoreWriter

    @Test("of version 1 and 2", arguments: [1, 2] as [UInt32])
    func versions(_ version: UInt32) throws {
        var writer = Writer(version: version)
        writer.addCertificate(alias: Array("one".utf8), try Self.certificate())
        writer.addKey(alias: "two", chain: [try Fixture.der("prime256v1.certificate.pem"), try Self.certificate()])
        let store = try KeyStoreFile(writer.bytes(), name: "jks", password: Array("changeit".utf8))
        #expect(store.entries.map(\.alias) == ["one", "two"])
        #expect(store.entries.map(\.kind) == [.trustedCertificate, .keyEntry])
        #expect(store.entries.map(\.key.jwk.key.type) == [.rsa, .p256])
        #expect(store.notes.count == 2)
    }

    @Test("of another version, or with another kind of entry, is refused")
    func unknown() throws {
        for version: UInt32 in [0, 3, .max] {
            #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(Writer(version: version).bytes())))
        }
        for tag: UInt32 in [0, 3, .max] {
            var writer = Writer()
            writer.add(entry: Writer.number(tag) + Writer.string("a"))
            #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(writer.bytes())))
        }
    }

    static let files = ["java17.jks", "java17-trusted.jks", "mixed.jks"]

    @Test("truncated anywhere is reported as damaged, never as a wrong password", arguments: files)
    func truncated(_ file: String) throws {
        let bytes = try KeyStoreFixture.bytes(file)
        for length in 4..<bytes.count {
            #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(Array(bytes.prefix(length)))))
        }
        for length in 1..<4 { #expect(KeyStoreFixture.refusal(Array(bytes.prefix(length))) == .noKeyStore) }
    }

    @Test("with any byte changed is refused", arguments: files)
    func changed(_ file: String) throws {
        let bytes = try KeyStoreFixture.bytes(file)
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1 << UInt8(position % 8)
            #expect(KeyStoreFixture.refusal(changed) != nil)
        }
    }

    @Test("with trailing bytes is refused, even with a valid digest")
    func trailing() throws {
        let bytes = try KeyStoreFixture.bytes("java17.jks")
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(bytes + [0])))
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(Writer.signed(bytes))))
    }

    @Test("with enormous lengths is refused before memory is allocated")
    func claims() throws {
        let zeros = [UInt8](repeating: 0, count: 8)
        let name = Writer.string("a")
        let entries: [[UInt8]] = [
            // Lengths of a key, a chain, a certificate, an alias and a certificate type.
            Writer.number(1) + name + zeros + Writer.number(.max),
            Writer.number(1) + name + zeros + Writer.number(0) + Writer.number(100),
            Writer.number(2) + name + zeros + Writer.string("X.509") + Writer.number(65_536),
            Writer.number(2) + [0xFF, 0xFF], Writer.number(2) + name + zeros + [0xFF, 0xFF],
            // Beyond the limits of a chain and a certificate.
            Writer.number(1) + name + zeros + Writer.number(0) + Writer.number(.max),
            Writer.number(2) + name + zeros + Writer.string("X.509") + Writer.number(.max),
        ]
        for entry in entries {
            var writer = Writer()
            writer.add(entry: entry)
            #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(writer.bytes())))
        }
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(Writer().bytes(claimed: 1000))))
        #expect(KeyStoreFixture.refusal(Writer().bytes(claimed: 1001)) == .tooManyEntries(limit: 1000))
        #expect(KeyStoreFixture.refusal(Writer().bytes(claimed: .max)) == .tooManyEntries(limit: 1000))
    }

    @Test("is limited to 1 MiB, 1000 entries, 100 certificates per chain, 64 KiB per certificate")
    func limits() throws {
        var full = Writer()
        let certificate = try Fixture.der("ed25519.certificate.pem")
        for index in 0..<1000 { full.addCertificate(alias: Array("\(index)".utf8), certificate) }
        #expect(try KeyStoreFile(full.bytes(), name: "jks", password: Array("changeit".utf8)).entries.count == 1000)
        let long = [0xFE, 0xED, 0xFE, 0xED] + [UInt8](repeating: 0, count: KeyStoreFile.maximumLength)
        #expect(KeyStoreFixture.refusal(long) == .tooLong(limit: KeyStoreFile.maximumLength))

        let issuers = [[UInt8]](repeating: [0x30], count: 100)
        var chains = Writer()
        chains.addKey(alias: "a", chain: [certificate] + issuers.dropFirst())
        #expect(KeyStoreFixture.refusal(chains.bytes()) == nil)
        chains.addKey(alias: "b", chain: [certificate] + issuers)
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(chains.bytes())))
        var large = Writer()
        large.addCertificate(alias: [0x61], [UInt8](repeating: 0x30, count: 65_537))
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(large.bytes())))
    }

    @Test("with an unusable entry: the others are imported")
    func partlyUsable() throws {
        var writer = Writer()
        writer.addCertificate(alias: Array("pgp".utf8), [1, 2, 3], type: "PGP")
        writer.addCertificate(alias: Array("broken".utf8), [0x30, 0x82])
        writer.addKey(alias: "bare", chain: [])
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(writer.bytes())))
        writer.addCertificate(alias: Array("good".utf8), try Self.certificate())
        let store = try KeyStoreFile(writer.bytes(), name: "jks", password: Array("changeit".utf8))
        #expect(store.entries.map(\.alias) == ["good"])
        for name in ["'pgp'", "'broken'", "'bare'"] { #expect(store.notes.contains { $0.contains(name) }) }
        #expect(KeyStoreFixture.refusal(Writer().bytes()) == .noCertificates(.jks))
    }

    @Test("with a duplicate alias is refused; aliases are compared as bytes")
    func duplicates() throws {
        let certificate = try Self.certificate()
        var writer = Writer()
        writer.addCertificate(alias: Array("\u{E9}".utf8), certificate)
        writer.addCertificate(alias: Array("e\u{301}".utf8), certificate)
        #expect(try KeyStoreFile(writer.bytes(), name: "jks", password: Array("changeit".utf8)).entries.count == 2)
        writer.addCertificate(alias: Array("\u{E9}".utf8), certificate)
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(writer.bytes())))
    }

    @Test("Control characters in aliases are escaped in messages, and only there")
    func hostileNames() throws {
        let name = "a\u{1B}[31m\n\u{202E}" + String(repeating: "\u{301}", count: 1000)
        var writer = Writer()
        writer.addCertificate(alias: Array(name.utf8), [0x30])
        writer.addCertificate(alias: Array((name + "b").utf8), try Self.certificate())
        let store = try KeyStoreFile(writer.bytes(), name: "jks", password: Array("changeit".utf8))
        #expect(store.entries.map { Array($0.alias.utf8) } == [Array((name + "b").utf8)])
        let note = try #require(store.notes.first)
        #expect(note.contains("'a?[31m?"))
        #expect(note.unicodeScalars.count < 200)
        writer.addCertificate(alias: Array(name.utf8), [0x30])
        let error = #expect(throws: KeyFileError.self) {
            try KeyStoreFile(writer.bytes(), name: "jks", password: Array("changeit".utf8))
        }
        #expect(error?.message.contains { $0.isNewline } == false)
    }

    struct Name: Sendable {
        let bytes: [UInt8]
        /// `nil` if the bytes are invalid.
        let text: String?
    }

    static let names: [Name] = [
        .init(bytes: Array("plain".utf8), text: "plain"), .init(bytes: [], text: ""),
        .init(bytes: [0xC3, 0xA9], text: "é"), .init(bytes: [0xE5, 0xAF, 0x86], text: "密"),
        // Java encodes a surrogate pair as two three-byte sequences, and zero as two bytes.
        .init(bytes: [0xED, 0xA0, 0x80, 0xED, 0xBD, 0x88], text: "𐍈"), .init(bytes: [0x61, 0xC0, 0x80], text: "a\0"),
        // Four bytes at once, half a pair, the halves in the wrong order, a bare zero, overlong forms, truncated ones.
        .init(bytes: [0xF0, 0x90, 0x8D, 0x88], text: nil), .init(bytes: [0xED, 0xA0, 0x80], text: nil),
        .init(bytes: [0xED, 0xBD, 0x88, 0xED, 0xA0, 0x80], text: nil), .init(bytes: [0], text: nil),
        .init(bytes: [0xC1, 0x81], text: nil), .init(bytes: [0xE0, 0x81, 0x81], text: nil),
        .init(bytes: [0xC3], text: nil), .init(bytes: [0xE5, 0xAF], text: nil), .init(bytes: [0x80], text: nil),
        .init(bytes: [0xC3, 0x28], text: nil), .init(bytes: [0xFF], text: nil),
    ]

    @Test("has aliases in Java's modified UTF-8", arguments: names)
    func modifiedUTF8(_ name: Name) throws {
        var writer = Writer()
        writer.addCertificate(alias: name.bytes, try Self.certificate())
        guard let text = name.text else {
            #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(writer.bytes())))
            return
        }
        let store = try KeyStoreFile(writer.bytes(), name: "jks", password: Array("changeit".utf8))
        #expect(store.entries.map { Array($0.alias.utf8) } == [Array(text.utf8)])
    }
}
