import Countersign
import Fetching
import Testing

@Suite("The explanation of a key set that policy refuses")
struct KeySetPolicyWordsTests {
    private static let url = "https://keys.example/jwks"

    @Test(
        "does not blame the client's server or the network",
        arguments: [
            AddressRefusal.specialPurpose(.loopback), .specialPurpose(.privateUse), .unregistered(.privateUse),
            .redirectedFromPublic(.privateUse),
        ])
    func refused(_ refusal: AddressRefusal) throws {
        let address = try #require(IPAddress("10.1.2.3"))
        let reason = FetchError.forbiddenAddress(url: Self.url, host: "keys.example", address, refusal).message
        let explanation = Rejection.keySetUnavailable(reason: reason).explanation
        #expect(explanation.clientRemedy.contains("ask the operator whether this one may be read"))
        #expect(explanation.operatorRemedies == [.allowKeySetAddress])
    }

    @Test("differs from that of an unreachable one")
    func unreachable() {
        let reason = FetchError.status(url: Self.url, 503).message
        let explanation = Rejection.keySetUnavailable(reason: reason).explanation
        #expect(explanation.operatorRemedies == [.checkKeySetURL])
        #expect(!explanation.clientRemedy.contains("operator"))
    }
}
