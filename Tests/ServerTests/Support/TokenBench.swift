import Countersign
import Store
import SQLite
import TestSupport

@testable import Server

/// A store with sealing keys, and sample tokens.
struct TokenBench {
    let directory = TemporaryDirectory()
    let masterKey = MasterKey.generate()
    let clock = TestClock()
    let store: SQLiteStore
    let keys: SealingKeys

    init() async throws {
        store = try SQLiteStore(directory: directory.path)
        keys = try await SealingKeys.load(from: store.sealingKeys, masterKey: masterKey, at: TestClock.start)
    }

    func tokens(issuer: String = "https://as.example") -> OpaqueTokens {
        OpaqueTokens(issuer: issuer, keys: keys)
    }

    static func token(
        client: String = "billing", scope: [String] = ["read", "write"], audience: String = "https://api.example",
        at time: UnixTime = TestClock.start, lifetime: Duration = .seconds(3600)
    ) -> OpaqueToken {
        OpaqueToken(
            id: OpaqueTokens.randomID(), client: ClientID(client),
            keyThumbprint: (0..<32).map { UInt8($0) }, grant: .clientCredentials, scope: Scope(tokens: scope),
            audiences: [audience], subject: nil, grantID: nil, issuedAt: time, expiry: time + lifetime)
    }
}
