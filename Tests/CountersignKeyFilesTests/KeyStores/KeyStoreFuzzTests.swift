import CountersignKeyFiles
import TestSupport
import Testing

@Suite("Fuzz: key stores")
struct KeyStoreFuzzTests {
    /// Reads a key store and checks that the result or error is consistent.
    private func read(_ bytes: [UInt8], password: String? = KeyStoreFixture.password) -> KeyStoreFile? {
        do {
            let store = try KeyStoreFile(bytes, name: "file", password: password.map { Array($0.utf8) })
            #expect(!store.entries.isEmpty && store.entries.allSatisfy { $0.key.certificate != nil })
            #expect(Set(store.entries.map { Array($0.alias.utf8) }).count == store.entries.count)
            return store
        } catch {
            #expect(error.message.hasPrefix("file: ") && !error.message.contains("\n"))
            return nil
        }
    }

    @Test("No JKS crashes the reader, and no modified one is accepted", arguments: ["java17.jks", "mixed.jks"])
    func jks(_ file: String) throws {
        let seed = try KeyStoreFixture.bytes(file)
        var random = SeededRandom(seed: 0xFEED_FEED)
        for _ in 0..<SeededRandom.rounds(3000) {
            let bytes = random.mutated(seed)
            if read(bytes) != nil { #expect(bytes == seed) }
        }
    }

    @Test("No JKS content with a valid digest crashes the reader")
    func jksContent() throws {
        let seed = Array(try KeyStoreFixture.bytes("java17.jks").dropLast(20))
        var random = SeededRandom(seed: 0xA990_D17E)
        for _ in 0..<SeededRandom.rounds(3000) { _ = read(JavaKeyStoreWriter.signed(random.mutated(seed))) }
    }

    @Test(
        "No PKCS#12 crashes the reader or yields other entries under the same password",
        arguments: ["openssl3.p12", "openssl1.p12", "java17-trusted.p12", "openssl3-bare.p12"])
    func pkcs12(_ file: String) throws {
        let seed = try KeyStoreFixture.bytes(file)
        let entries = KeyStoreFixture.summary(try KeyStoreFixture.read(file))
        var random = SeededRandom(seed: 7292)
        for _ in 0..<SeededRandom.rounds(2000) {
            let mutated = random.mutated(seed)
            guard let store = read(mutated) else { continue }
            #expect(KeyStoreFixture.summary(store) == entries)
        }
    }

    @Test(
        "No unprotected PKCS#12 content crashes the reader",
        arguments: ["java17-unprotected.p12", "openssl3-nomac-bare.p12", "openssl3-nomac.p12"])
    func pkcs12Content(_ file: String) throws {
        let seed = try KeyStoreFixture.bytes(file)
        var random = SeededRandom(seed: 9579)
        for _ in 0..<SeededRandom.rounds(3000) {
            _ = read(random.mutated(seed), password: nil)
            // Overwriting bytes keeps the lengths of enclosing elements valid.
            var overwritten = seed
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<seed.count, using: &random)
                overwritten[place] = UInt8.random(in: .min ... .max, using: &random)
            }
            _ = read(overwritten, password: nil)
        }
    }
}
