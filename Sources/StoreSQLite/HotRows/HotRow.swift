import Countersign
import CountersignStore

/// A row written while a request waits.
enum HotRow: Sendable {
    /// Rule 24: one use of one assertion.
    case claim(ReplayClaim)
    /// An opaque access token.
    case accessToken(AccessTokenRecord)
}

/// What became of it.
enum HotRowAnswer: Sendable {
    case claimed(ReplayVerdict)
    case saved
}

extension SQLiteStore {
    /// Claims an assertion's `jti` (rule 24).
    public func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        let answer: HotRowAnswer
        do {
            answer = try await hotRows.write(.claim(claim))
        } catch {
            throw error.asUnavailable
        }
        switch answer {
        case .claimed(let verdict): return verdict
        case .saved: throw StoreUnavailable("a claim was answered like a token")
        }
    }

    /// Keeps an opaque access token.
    public func save(_ token: AccessTokenRecord) async throws(StoreError) {
        _ = try await hotRows.write(.accessToken(token))
    }
}
