import CountersignKeyFiles

/// Key stores made by keytool and OpenSSL (Fixtures/make-key-stores.sh).
enum KeyStoreFixture {
    static let password = "changeit"

    static func bytes(_ name: String) throws -> [UInt8] {
        try Fixture.bytes("KeyStores/" + name)
    }

    static func read(_ name: String, password: String? = password) throws -> KeyStoreFile {
        try KeyStoreFile(try bytes(name), name: name, password: password.map { Array($0.utf8) })
    }

    /// Returns why bytes are refused as a key store, or `nil` if they are read.
    static func refusal(_ bytes: [UInt8], password: String? = password) -> KeyFileError.Reason? {
        do {
            _ = try KeyStoreFile(bytes, name: "file", password: password.map { Array($0.utf8) })
            return nil
        } catch {
            return error.reason
        }
    }

    /// Summarises the entries, sorted by alias.
    static func summary(_ store: KeyStoreFile) -> [Summary] {
        store.entries.map { Summary(alias: $0.alias, kind: $0.kind, certificate: $0.key.certificate?.der ?? []) }
            .sorted { $0.alias < $1.alias }
    }

    struct Summary: Equatable {
        let alias: String
        let kind: KeyStoreFileEntry.Kind
        let certificate: [UInt8]
    }

    static func isDamage(_ reason: KeyFileError.Reason?) -> Bool {
        if case .damaged = reason { true } else { false }
    }
}
