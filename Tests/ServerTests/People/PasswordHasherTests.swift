import Foundation
import Synchronization
import Testing

@testable import Server

private let zeroSalt = "AAAAAAAAAAAAAAAAAAAAAA"
private let zeroHash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

@Suite("Password hashing (RFC 7914)")
struct PasswordHasherTests {
    private let hasher: PasswordHasher

    init() throws {
        hasher = PasswordHasher(try #require(PasswordCost(logarithm: 10, blockSize: 1)))
    }

    @Test("The right password is accepted and another one is not")
    func verdict() async throws {
        let hash = try await hasher.hash("correct horse battery staple")
        #expect(await hasher.verify("correct horse battery staple", against: hash) == .right(needsNewHash: false))
        #expect(await hasher.verify("Correct horse battery staple", against: hash) == .wrong)
        #expect(await hasher.verify("", against: hash) == .wrong)
        #expect(await hasher.verify(String(repeating: "x", count: 2000), against: hash) == .wrong)
    }

    @Test("Two hashes of one password differ, because their salts do")
    func salt() async throws {
        let (first, second) = (try await hasher.hash("password"), try await hasher.hash("password"))
        #expect(first != second)
        #expect(first.hasPrefix("$scrypt$ln=10,r=1,p=1$"))
    }

    @Test("The derived key is that of the vector in RFC 7914 §12")
    func vector() async throws {
        let cost = try #require(PasswordCost(logarithm: 14, blockSize: 8, parallelism: 1))
        let expected = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        let key = PasswordHasher.scrypt(Array("pleaseletmein".utf8), Array("SodiumChloride".utf8), cost)
        #expect(key.map { Hexadecimal.encode($0) } == expected)
    }

    @Test("A person without a password, and a damaged hash, are wrong", arguments: [nil, "", "$scrypt$", "x"])
    func absent(hash: String?) async {
        #expect(await hasher.verify("", against: hash) == .wrong)
        #expect(await hasher.verify("password", against: hash) == .wrong)
    }

    @Test("Composed and decomposed characters are one password (NFC)")
    func normalization() async throws {
        let hash = try await hasher.hash("Gr\u{00FC}\u{00DF}e aus K\u{00F6}ln")
        #expect(
            await hasher.verify("Gru\u{0308}\u{00DF}e aus Ko\u{0308}ln", against: hash) == .right(needsNewHash: false))
    }

    @Test("A hash that was cheaper to make is replaced, a dearer one stays")
    func needsNewHash() async throws {
        let dearer = PasswordHasher(try #require(PasswordCost(logarithm: 11, blockSize: 1)))
        let hash = try await hasher.hash("password")
        #expect(await dearer.verify("password", against: hash) == .right(needsNewHash: true))
        let dear = try await dearer.hash("password")
        #expect(await hasher.verify("password", against: dear) == .right(needsNewHash: false))
    }

    @Test(
        "The check of a cheaper hash costs as much as that of a new one",
        arguments: [(10, 17), (16, 17), (17, 17), (17, 14)])
    func rest(_ stored: Int, _ configured: Int) throws {
        let (old, new) = (
            try #require(PasswordCost(logarithm: stored)), try #require(PasswordCost(logarithm: configured))
        )
        let work = old.rest(to: new).reduce(old.work) { $0 + $1.work }
        #expect(work == max(old.work, new.work))
    }

    @Test("A stored hash is read as it was written")
    func storedForm() throws {
        let text = "$scrypt$ln=17,r=8,p=1$\(zeroSalt)$\(zeroHash)"
        let parsed = try #require(PasswordHash(parsing: text))
        #expect(parsed.cost == .standard)
        #expect(parsed.text == text)
    }

    @Test(
        "A stored hash with another form, or beyond the limits of memory and time, is refused",
        arguments: [
            "$scrypt$ln=19,r=8,p=1$\(zeroSalt)$\(zeroHash)", "$scrypt$ln=9,r=8,p=1$\(zeroSalt)$\(zeroHash)",
            "$scrypt$ln=18,r=16,p=1$\(zeroSalt)$\(zeroHash)", "$scrypt$ln=17,r=8,p=16$\(zeroSalt)$\(zeroHash)",
            "$scrypt$ln=99999999999999999999,r=8,p=1$\(zeroSalt)$\(zeroHash)",
            "$scrypt$ln=-17,r=8,p=1$\(zeroSalt)$\(zeroHash)",
            "$scrypt$ln=17,r=0,p=1$\(zeroSalt)$\(zeroHash)", "$scrypt$ln=17,r=8,p=1$\(zeroSalt)$",
            "$scrypt$ln=+17,r=8,p=1$\(zeroSalt)$\(zeroHash)",
            "$scrypt$r=8,ln=17,p=1$\(zeroSalt)$\(zeroHash)", "$scrypt$ln=17,r=8,p=1$\(zeroSalt)$\(zeroHash)$",
            "$scrypt$ln=017,r=8,p=1$\(zeroSalt)$\(zeroHash)", "$argon2id$ln=17,r=8,p=1$\(zeroSalt)$\(zeroHash)",
            "$scrypt$ln=17,r=8,p=1$\(zeroSalt)=$\(zeroHash)", "$scrypt$ln=17,r=8,p=1,x=1$\(zeroSalt)$\(zeroHash)",
        ])
    func refusedForm(text: String) {
        #expect(PasswordHash(parsing: text) == nil)
    }
}

@Suite("Threads of password checks")
struct PasswordThreadsTests {
    @Test("Only so many run and wait at once: a further one is refused, and the next ones get their turn")
    func bounds() async {
        let threads = PasswordThreads(concurrency: 1, waiting: 1)
        let mayEnd = DispatchSemaphore(value: 0)
        let begun = Mutex(false)
        async let first = threads.run {
            begun.withLock { $0 = true }
            mayEnd.wait()
            return 1
        }
        while !begun.withLock({ $0 }) { await Task.yield() }
        async let second = threads.run { 2 }
        while threads.waitingCount == 0 { await Task.yield() }
        #expect(await threads.run { 3 } == nil)
        mayEnd.signal()
        #expect(await first == 1)
        #expect(await second == 2)
        #expect(await threads.run { 4 } == 4)
    }

    @Test("Reserved places are for preferred computations: others cannot take all places")
    func reserved() async {
        let threads = PasswordThreads(concurrency: 1, waiting: 2, reserved: 1)
        let mayEnd = DispatchSemaphore(value: 0)
        let begun = Mutex(false)
        async let first = threads.run {
            begun.withLock { $0 = true }
            mayEnd.wait()
            return 1
        }
        while !begun.withLock({ $0 }) { await Task.yield() }
        async let second = threads.run { 2 }
        while threads.waitingCount < 1 { await Task.yield() }
        #expect(await threads.run { 3 } == nil)
        async let preferred = threads.run(isPreferred: true) { 4 }
        while threads.waitingCount < 2 { await Task.yield() }
        #expect(await threads.run(isPreferred: true) { 5 } == nil)
        mayEnd.signal()
        #expect(await first == 1)
        #expect(await second == 2)
        #expect(await preferred == 4)
    }
}
