import CountersignKeyFiles
import Testing

@Suite("PKCS#12: the certificate of a key")
struct PKCS12EntryTests {
    private typealias Writer = PKCS12Writer

    private static let first = Result { try Fixture.bytes("rsa.certificate.der") }
    private static let second = Result { try Fixture.der("prime256v1.certificate.pem") }

    private func read(_ bags: [UInt8]...) throws -> KeyStoreFile {
        try KeyStoreFile(try Writer.store(Writer.safe(bags.flatMap { $0 })), name: "p12", password: nil)
    }

    private func name(_ store: KeyStoreFile) -> [String] { store.entries.map(\.alias) }

    @Test("is found by localKeyId, in any order")
    func byIdentifier() throws {
        let store = try read(
            Writer.certificate(Self.second.get(), name: "issuer"),
            Writer.certificate(Self.first.get(), name: "other", keyID: [1]), Writer.key(name: "mine", keyID: [1]))
        #expect(name(store) == ["mine"])
        #expect(store.entries[0].kind == .keyEntry)
        #expect(store.entries[0].key.certificate?.der == (try Self.first.get()))
        #expect(store.notes.contains { $0.contains("issuers, which are skipped: 1.") })
    }

    @Test("The name is that of the key, else of its certificate, else an unused number")
    func names() throws {
        let named = try read(
            Writer.key(keyID: [1]), Writer.certificate(Self.first.get(), name: "from certificate", keyID: [1]))
        #expect(name(named) == ["from certificate"])
        let numbered = try read(
            Writer.certificate(Self.first.get()), Writer.certificate(Self.second.get(), name: "1"),
            Writer.certificate(Self.second.get(), name: ""))
        #expect(name(numbered) == ["2", "1", "3"])
    }

    @Test("One of more than 1,000 certificates is refused, with the limit", arguments: [1001, 1002, 1500])
    func tooMany(_ count: Int) throws {
        let bag = try Writer.certificate(Self.first.get())
        let file = try Writer.store(Writer.safe(Array(repeatElement(bag, count: count).joined())))
        let error = #expect(throws: KeyFileError.self) {
            try KeyStoreFile(file, name: "p12", password: nil)
        }
        #expect(error?.reason == .tooManyEntries(limit: 1000))
    }

    @Test("is ambiguous if two match, so neither is used")
    func ambiguous() throws {
        let store = try KeyStoreFile(
            try Writer.store(
                Writer.safe(
                    Writer.key(name: "twice", keyID: [1]), Writer.certificate(Self.first.get(), keyID: [1]),
                    Writer.certificate(Self.second.get(), keyID: [1]), Writer.key(name: "good", keyID: [2]),
                    Writer.certificate(Self.first.get(), keyID: [2]))), name: "p12", password: nil)
        #expect(name(store) == ["good"])
        #expect(store.notes.contains { $0.contains("'twice'") })
        let orphan = try read(
            Writer.key(name: "alone", keyID: [9]), Writer.key(name: "good", keyID: [2]),
            Writer.certificate(Self.first.get(), keyID: [2]))
        #expect(name(orphan) == ["good"])
        #expect(orphan.notes.contains { $0.contains("'alone'") })
    }

    @Test("is the first certificate if the only key has no localKeyId, as in Java")
    func unmarked() throws {
        let store = try read(
            Writer.key(name: "only"), Writer.certificate(Self.first.get()), Writer.certificate(Self.second.get()))
        #expect(name(store) == ["only"])
        #expect(store.entries[0].key.certificate?.der == (try Self.first.get()))
        // With two keys it is ambiguous.
        let bags = try Writer.safe(
            Writer.key(name: "a"), Writer.key(name: "b"), Writer.certificate(Self.first.get()),
            Writer.certificate(Self.second.get()))
        #expect(KeyStoreFixture.refusal(try Writer.store(bags), password: nil) == .noCertificates(.pkcs12))
    }

    @Test("A duplicate name is refused")
    func duplicates() throws {
        let bags = try Writer.safe(
            Writer.certificate(Self.first.get(), name: "a"), Writer.certificate(Self.second.get(), name: "a"))
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(try Writer.store(bags), password: nil)))
    }

    @Test("A name that is not valid UTF-16 is refused")
    func names16() throws {
        for text: [UInt8] in [[0xD8, 0x00], [0xDC, 0x00, 0xD8, 0x00], [0x00]] {
            let name = try Writer.attribute([1, 2, 840, 113549, 1, 9, 20], Bytes.element(0x1E, text))
            let certificate = try Writer.certificate(Self.first.get())
            // The same certificate with the attribute added.
            let contents = try Self.contents(of: certificate) + Bytes.element(0x31, name)
            let bags = try Writer.safe(Bytes.element(0x30, contents))
            #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(try Writer.store(bags), password: nil)))
        }
    }

    private static func contents(of element: [UInt8]) throws -> [UInt8] {
        let count = element[1] > 0x80 ? 2 + Int(element[1] & 0x7F) : 2
        return Array(element.dropFirst(count))
    }
}
