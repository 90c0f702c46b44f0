import CountersignJOSE
import Testing

@testable import Countersign

@Suite("Rule 14: failed signatures of assertions without kid")
struct MultiKeyRateLimitTests {
    private static let keys = (0..<4).map { _ in Workbench.makeKey(.es256) }
    private static let stranger = Workbench.makeKey(.es256)

    /// A verifier for a client with four keys without `kid`.
    private struct Bench {
        let verifier: AssertionVerifier

        init() {
            let workbench = Workbench(keys: keys.map { Workbench.clientKey($0) })
            verifier = AssertionVerifier(
                policy: workbench.policy, directory: StaticClientDirectory([workbench.client]),
                replayGuard: workbench.replayGuard)
        }

        func outcome(
            _ key: SigningKey, header: [(String, JSONValue)] = [], at now: UnixTime = Workbench.now
        ) async throws -> Rejection? {
            let token = try Workbench.sign(Workbench.claims(), header: header, key: key)
            return await verifier.rejection(token, at: now)
        }

        /// Returns the number of keys tried without success, and the number not tried.
        func tried(_ key: SigningKey) async throws -> [Int]? {
            guard case .badSignature(_, let keys, let untried)? = try await outcome(key) else { return nil }
            return [keys.count, untried]
        }

        func useUpAllowance() async throws {
            for _ in 0..<MultiKeyRateLimit.burst {
                #expect(try await tried(stranger) == [4, 0])
            }
        }
    }

    @Test("over the limit cost one verification each, and the client can still use its current key")
    func flood() async throws {
        let bench = Bench()
        #expect(try await bench.outcome(Self.keys[2]) == nil)
        try await bench.useUpAllowance()
        for _ in 0..<3 {
            #expect(try await bench.tried(Self.stranger) == [1, 3])
            #expect(try await bench.outcome(Self.keys[2]) == nil)
        }
    }

    @Test("allow another key again after a while, even if the clock is set back meanwhile")
    func refill() async throws {
        let bench = Bench()
        try await bench.useUpAllowance()
        #expect(try await bench.outcome(Self.keys[3])?.code == .badSignature)
        #expect(try await bench.outcome(Self.keys[3], at: Workbench.now + .seconds(-20))?.code == .badSignature)
        #expect(try await bench.outcome(Self.keys[3], at: Workbench.now + .seconds(-18)) == nil)
    }

    @Test("do not limit an assertion whose kid names its key")
    func kid() async throws {
        let bench = Bench()
        #expect(try await bench.outcome(Self.keys[2]) == nil)
        try await bench.useUpAllowance()
        for key in Self.keys {
            let thumbprint = ExactString(Workbench.clientKey(key).thumbprint)
            #expect(try await bench.outcome(key, header: [("kid", .string(thumbprint))]) == nil)
        }
    }
}
