import Countersign
import Testing

@Suite("Rule 9a, RFC 7518 §3.3 to §3.5: the form of the signature")
struct SignatureFormTests {
    /// Makes a valid assertion with another signature.
    private static func token(_ signature: [UInt8], _ changes: [(String, JSONValue?)] = []) throws -> [UInt8] {
        let parts = try Workbench.sign(Workbench.claims(changes)).split(separator: UInt8(ascii: "."))
        return Array(parts[0]) + [0x2E] + parts[1] + [0x2E] + Base64URL.encoded(signature)
    }

    @Test("is checked before the client is looked up, and disclosed to the caller", arguments: ["billing", "nobody"])
    func disclosed(_ client: String) async throws {
        let name = JSONValue.string(client)
        let token = try Self.token([UInt8](repeating: 1, count: 63), [("iss", name), ("sub", name)])
        let rejection = try #require(await Workbench().rejection(token))
        #expect(rejection == .malformedSignature(algorithm: .es256, fault: .length(63)))
        #expect(rejection.code == .badSignature)
        #expect(rejection.isDisclosed)
        #expect(!rejection.isProven)
        #expect(
            rejection.sentence.hasPrefix(
                "signature: expected 64 bytes for ES256, r and s side by side; found 63 bytes. "))
    }

    @Test("is checked after rules 8 and 9")
    func order() async throws {
        let token = try Self.token([1], [("iss", "other")])
        #expect(await Workbench().verdict(token) == .issuerSubjectMismatch)
        let other = try Self.token([1])
        #expect(await Workbench().verdict(other, clientID: ClientID("other")) == .clientIDMismatch)
    }

    @Test("Whether the length fits the registered key is reported only to the operator")
    func lengthOfKey() async throws {
        let token = try Workbench.sign(
            Workbench.claims(), key: Workbench.rsaKey, algorithm: .rs256)
        let parts = token.split(separator: UInt8(ascii: "."))
        let forged = Array(parts[0]) + [0x2E] + parts[1] + [0x2E] + Base64URL.encoded([UInt8](repeating: 1, count: 512))
        let workbench = Workbench(keys: [Workbench.clientKey(Workbench.rsaKey)])
        let rejection = try #require(await workbench.rejection(forged))
        #expect(rejection.code == .badSignature)
        #expect(rejection.explanation.found.contains("(whose signatures have 256 bytes, and this one has 512)"))
        #expect(!rejection.isDisclosed)
    }

    @Test("An inspection keeps the failure, and without a client does not report that the signature verified")
    func inspection() async throws {
        for isKnown in [true, false] {
            let workbench = Workbench()
            let trace = try await workbench.trace(
                Self.token([UInt8](repeating: 1, count: 63)), client: isKnown ? workbench.client : nil)
            let fault = Rejection.malformedSignature(algorithm: .es256, fault: .length(63))
            #expect(trace.entries[14].outcome == .failed(code: .badSignature, fault.explanation))
        }
        let good = try await Workbench().trace(Workbench.sign(Workbench.claims()), client: nil)
        #expect(good.entries[14].outcome == .notReached)
    }
}
