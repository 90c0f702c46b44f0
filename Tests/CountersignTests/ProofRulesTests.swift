import Countersign
import Testing

@Suite("Rules 12 to 16, RFC 7523 §3 (9): the signature")
struct ProofRulesTests {
    @Test("A signature of every algorithm verifies", arguments: SignatureAlgorithm.allCases)
    func everyAlgorithm(_ algorithm: SignatureAlgorithm) async throws {
        let key = Workbench.makeKey(algorithm)
        let token = try Workbench.sign(Workbench.claims(), key: key, algorithm: algorithm)
        #expect(await Workbench(keys: [Workbench.clientKey(key)]).verdict(token) == nil)
    }

    @Test("A signature by another key is refused, with kid or without", arguments: [nil, "k1"] as [ExactString?])
    func stranger(_ keyID: ExactString?) async throws {
        let header = keyID.map { [("kid", JSONValue.string($0))] } ?? []
        let token = try Workbench.sign(Workbench.claims(), header: header, key: Workbench.unregisteredKey)
        #expect(await Workbench(keys: [Workbench.clientKey(id: "k1")]).verdict(token) == .badSignature)
    }

    @Test("RFC 7517 §4.5: kid selects among the registered keys, unless one side has none")
    func keyID() async throws {
        let token = try Workbench.sign(Workbench.claims(), header: [("kid", "k1")])
        #expect(await Workbench(keys: [Workbench.clientKey(id: "k2")]).verdict(token) == .noMatchingKey)
        #expect(await Workbench(keys: [Workbench.clientKey(id: "k1")]).verdict(token) == nil)
        let again = try Workbench.sign(Workbench.claims(), header: [("kid", "k1")])
        #expect(await Workbench(keys: [Workbench.clientKey()]).verdict(again) == nil)
        let silent = try Workbench.sign(Workbench.claims())
        #expect(await Workbench(keys: [Workbench.clientKey(id: "k1")]).verdict(silent) == nil)
    }

    @Test("RFC 7517 §4.2, §4.4: a key for encryption or for another algorithm is not a candidate")
    func restrictions() async throws {
        let token = try Workbench.sign(Workbench.claims())
        #expect(await Workbench(keys: [Workbench.clientKey(use: "enc")]).verdict(token) == .noMatchingKey)
        #expect(await Workbench(keys: []).verdict(token) == .noMatchingKey)
        let curve = Workbench.clientKey(Workbench.makeKey(.es384))
        #expect(await Workbench(keys: [curve]).verdict(token) == .noMatchingKey)
    }

    @Test("Without kid, at most 4 keys are tried")
    func fourCandidates() async throws {
        let others = (0..<3).map { _ in Workbench.clientKey(Workbench.makeKey(.es256)) }
        let token = try Workbench.sign(Workbench.claims())
        #expect(await Workbench(keys: others + [Workbench.clientKey()]).verdict(token) == nil)
        let five = others + [Workbench.clientKey(Workbench.makeKey(.es256)), Workbench.clientKey()]
        let rejection = await Workbench(keys: five).rejection(try Workbench.sign(Workbench.claims()))
        #expect(rejection == .noMatchingKey(.tooMany(5)))
        #expect(rejection?.rule == .candidateCount)
    }

    @Test("Among more than 4 fitting keys, a kid selects its own, also by thumbprint")
    func namedAmongMany() async throws {
        let key = Workbench.clientKey()
        var keys = (0..<6).map { _ in Workbench.clientKey(Workbench.makeKey(.es256)) }
        keys.insert(key, at: 5)
        let byThumbprint: [(String, JSONValue)] = [("kid", .string(key.thumbprint))]
        let token = try Workbench.sign(Workbench.claims(), header: byThumbprint)
        #expect(await Workbench(keys: keys).verdict(token) == nil)
        keys[5] = Workbench.clientKey(id: "k5")
        let byName = try Workbench.sign(Workbench.claims(), header: [("kid", "k5")])
        #expect(await Workbench(keys: keys).verdict(byName) == nil)
        // It selects no other key: another key's signature is refused.
        let stranger = try Workbench.sign(Workbench.claims(), header: [("kid", "k5")], key: Workbench.unregisteredKey)
        #expect(await Workbench(keys: keys).verdict(stranger) == .badSignature)
    }

    @Test("RFC 7518 §3.4: an ECDSA signature has exactly the length of its curve", arguments: [0, 1, 63, 65, 72])
    func signatureLength(_ length: Int) async throws {
        let token = try Workbench.sign(Workbench.claims())
        let parts = token.split(separator: UInt8(ascii: "."))
        let signature = Base64URL.encode([UInt8](repeating: 1, count: length))
        let forged = Array((parts[0] + [0x2E] + parts[1] + [0x2E])) + Array(signature.utf8)
        #expect(await Workbench().verdict(forged) == (length == 0 ? .malformed : .badSignature))
    }

    @Test("RFC 5280 §4.1.2.5: an expired certificate is refused or only reported")
    func certificate() async throws {
        let second = Duration.seconds(1)
        func workbench(_ notBefore: UnixTime, _ notAfter: UnixTime, warnOnly: Bool = false) -> Workbench {
            let facts = CertificateFacts(
                subject: "CN=billing", notBefore: notBefore, notAfter: notAfter, thumbprintSHA1: "a",
                thumbprintSHA256: "b")
            return Workbench(
                policy: { $0.certificateValidity = warnOnly ? .warn : .enforce },
                keys: [Workbench.clientKey(certificate: facts)])
        }
        let now = Workbench.now
        func token() throws -> [UInt8] { try Workbench.sign(Workbench.claims()) }
        #expect(await workbench(now, now).verdict(try token()) == nil)
        #expect(await workbench(now - second, now - second).verdict(try token()) == .certificateExpired)
        #expect(await workbench(now + second, now + second).verdict(try token()) == .certificateExpired)
        #expect(await workbench(now - second, now - second, warnOnly: true).verdict(try token()) == nil)
    }

    @Test("RFC 7515 §4.1.8: x5t#S256 selects the certificate")
    func certificateThumbprint() async throws {
        let facts = CertificateFacts(
            subject: "CN=billing", notBefore: .distantPast, notAfter: .distantFuture, thumbprintSHA1: "a",
            thumbprintSHA256: "b")
        let workbench = Workbench(keys: [Workbench.clientKey(certificate: facts)])
        let right = try Workbench.sign(Workbench.claims(), header: [("x5t#S256", "b"), ("x5t", "a")])
        #expect(await workbench.verdict(right) == nil)
        let wrong = try Workbench.sign(Workbench.claims(), header: [("x5t#S256", "c")])
        #expect(await workbench.verdict(wrong) == .noMatchingKey)
    }
}
