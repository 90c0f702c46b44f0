import Testing

@testable import Countersign

@Suite("The search for the key that made a signature")
struct SignatureSearchTests {
    private static let crowd = (0..<100).map { number in
        Workbench.clientKey(Workbench.makeKey(.es256), id: ExactString("k\(number)"))
    }

    private func jws(
        _ key: SigningKey, _ algorithm: SignatureAlgorithm = .es256, signing input: (String) -> String = { $0 }
    ) throws -> CompactJWS {
        let parts = ["{\"alg\":\"\(algorithm.name)\"}", Workbench.claims().render()]
        let text = parts.map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".")
        let signature = try key.sign(Array(input(text).utf8), algorithm: algorithm)
        return try ClientAssertion(parsing: Array("\(text).\(Base64URL.encode(signature))".utf8)).jws
    }

    private func search(
        _ jws: CompactJWS, among keys: [ClientKey], first: [ClientKey] = []
    ) throws -> (finding: SignatureSearch.Finding, verifications: Int) {
        var verifications = 0
        let search = try #require(SignatureSearch(jws, among: keys, first: first))
        let finding = search.finding(counting: &verifications)
        return (finding, verifications)
    }

    @Test("makes 48 verifications at most, and says if it has not tried every key")
    func bounded() throws {
        let forged = try jws(Workbench.unregisteredKey)
        let crowd = try search(forged, among: Self.crowd)
        #expect(crowd.verifications == SignatureSearch.maximumVerifications)
        #expect(
            crowd.finding.text == "none of 24 registered keys verifies the signature, and 76 more were not tried")
        // One key has six mistakes, and an RSA key five other algorithms, too.
        let one = try search(forged, among: [Workbench.clientKey()])
        #expect(one.verifications == 7 && one.finding.text == "no registered key verifies the signature")
        let rsa = Workbench.clientKey(Workbench.rsaKey)
        let other = try jws(Workbench.makeKey(.rs256), .rs256)
        #expect(try search(other, among: [rsa]).verifications == 12)
        let many = try search(other, among: Array(repeating: rsa, count: 30))
        #expect(many.verifications == SignatureSearch.maximumVerifications)
    }

    @Test("begins with the keys that the header selects, however many others there are")
    func order() throws {
        let signer = Workbench.clientKey(id: "signer")
        let keys = Self.crowd + [signer]
        let plain = try jws(Workbench.key)
        #expect(try search(plain, among: keys, first: [signer]).finding.text.contains("'signer' verifies"))
        #expect(try search(plain, among: keys, first: [signer]).verifications == 1)
        let mistaken = try jws(Workbench.key, signing: { $0 + "\n" })
        let found = try search(mistaken, among: keys, first: [signer])
        #expect(found.finding.text.contains("'signer' made the signature, but over header.claims followed by a line"))
    }

    @Test("is part of an inspection, which tries no more keys for rule 15")
    func inspection() async throws {
        let keys = Array(repeating: Workbench.clientKey(), count: 40)
        let token = try Workbench.sign(Workbench.claims(), key: Workbench.unregisteredKey)
        let trace = try await Trace.inspecting(
            token, policy: AssertionPolicy(), audiences: Workbench().audiences(), at: Workbench.now
        ) { id throws(StoreUnavailable) in RegisteredClient(id: id, keys: keys) }
        let failed = trace.entries.compactMap { entry -> Rule? in
            if case .failed = entry.outcome { entry.rule } else { nil }
        }
        #expect(failed == [.candidateCount, .signature])
        guard case .failed(_, let explanation) = trace.entries[Rule.signature.rawValue - 1].outcome else { return }
        #expect(explanation.found.contains("none of 24 keys verifies it"))
    }
}
