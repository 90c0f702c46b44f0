@_exported import Server

/// How the server is, for its overview: checks that cost something are made in the background and kept for a while, so that no page waits for
/// them.
package struct Checkup: Sendable {
    /// What is checked every few seconds.
    struct Quick: Sendable {
        /// Why the store cannot be written.
        var storeProblem: String?
        var shutOut: [ShutOutClient] = []
    }

    /// What `countersign doctor` checks, and what takes as long.
    struct Thorough: Sendable {
        /// `nil` if the checks could not be made.
        var diagnosis: Diagnosis?
        /// The number of used assertions that are remembered.
        var claims: Int?
        /// That of access tokens.
        var nextKeyAt: UnixTime?
    }

    private let algorithm: SignatureAlgorithm
    private let quick: BackgroundValue<Quick>
    private let thorough: BackgroundValue<Thorough>

    /// - Parameters:
    ///   - algorithm: that of access tokens.
    ///   - diagnose: makes the checks of `countersign doctor`.
    package init(
        _ store: any Store, algorithm: SignatureAlgorithm, clock: @escaping @Sendable () -> UnixTime,
        diagnose: @escaping @Sendable () async throws -> Diagnosis
    ) {
        self.algorithm = algorithm
        quick = BackgroundValue(every: .seconds(5), clock: clock) {
            var result = Quick(storeProblem: await store.writeProblem())
            do throws(StoreError) {
                result.shutOut = try await ShutOutClient.all(in: store, at: clock())
            } catch {
                result.storeProblem = result.storeProblem ?? error.message
            }
            return result
        }
        thorough = BackgroundValue(every: .seconds(60), clock: clock) {
            let keys = try? await store.signingKeys.all()
            return Thorough(
                diagnosis: try? await diagnose(), claims: try? await store.replay.facts().claims,
                nextKeyAt: keys?.filter { $0.algorithm == algorithm && clock() < $0.signsFrom }.map(\.signsFrom).min())
        }
    }

    /// Returns what the last checks have found, and begins new ones if they are old.
    package func report() -> HealthReport { HealthReport(algorithm, quick.last(), thorough.last()) }

    /// Returns what checks find that are not old, and waits for them if need be.
    package func freshReport() async -> HealthReport {
        HealthReport(algorithm, await quick.fresh(), await thorough.fresh())
    }
}

/// What the checks of a server have found.
package struct HealthReport: Sendable {
    /// The most things that need attention.
    package static let maximumAttentions = 6

    /// The algorithm of access tokens.
    package let algorithm: SignatureAlgorithm
    /// When the next key begins to sign access tokens, if there is one.
    package let nextKeyAt: UnixTime?
    /// Whether the store was looked at, and why it cannot be written.
    package let isStoreKnown: Bool
    package let storeProblem: String?
    /// The number of used assertions that are remembered.
    package let claims: Int?
    /// The findings about key sets; `nil` if they were not checked.
    package let keySetFindings: Int?
    /// When the thorough checks began; `nil` before the first ones.
    package let checkedAt: UnixTime?
    /// Whether the thorough checks could be made.
    package let isComplete: Bool
    /// The most urgent first.
    package let attentions: [Attention]
    /// The number of those that are left out.
    package let omitted: Int

    init(
        _ algorithm: SignatureAlgorithm, _ quick: BackgroundValue<Checkup.Quick>.Made?,
        _ thorough: BackgroundValue<Checkup.Thorough>.Made?
    ) {
        self.algorithm = algorithm
        nextKeyAt = thorough?.value.nextKeyAt
        isStoreKnown = quick != nil
        storeProblem = quick?.value.storeProblem
        claims = thorough?.value.claims
        checkedAt = thorough?.at
        let diagnosis = thorough?.value.diagnosis
        isComplete = diagnosis != nil
        let findings = diagnosis?.all ?? []
        keySetFindings = diagnosis.map { _ in findings.count { $0.check == .keySets && $0.grade != .ok } }
        let found = findings.compactMap(Attention.init)
        let all =
            (quick?.value.shutOut ?? []).map(Attention.init) + found.filter { $0.grade == .problem }
            + found.filter { $0.grade == .warning }
        attentions = Array(all.prefix(Self.maximumAttentions))
        omitted = all.count - attentions.count
    }

    package var json: JSONObject {
        [
            "signing_algorithm": .string(algorithm.name), "next_key_at": .string(nextKeyAt?.text) ?? .null,
            "store_problem": .string(storeProblem) ?? .null, "used_assertions": .number(claims) ?? .null,
            "key_set_findings": .number(keySetFindings) ?? .null,
            "checked_at": .string(checkedAt?.text) ?? .null, "complete": .boolean(isComplete),
            "attention": .array(attentions.map { .object($0.json) }), "omitted": .number(omitted),
        ]
    }
}
