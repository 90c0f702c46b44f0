/// The removal of ended grants and of revoked tokens that have expired, in the background.
struct EndedGrants: Sendable {
    let grants: any AuthorizationGrantStore
    let revokedTokens: any RevokedTokenStore
    let runtime: Runtime

    func run(every interval: Duration = .seconds(60)) async {
        await repeatedly(every: interval) { await sweep(at: runtime.clock()) }
    }

    func sweep(at now: UnixTime) async {
        // Without a grant its access tokens end, so it is kept for as long as any of them can live.
        let time = now - ClientRecord.longestAccessTokenLifetime
        do throws(StoreError) {
            while try await grants.sweepStep(at: now, grantsCreatedBefore: time), !Task.isCancelled {}
            while try await revokedTokens.sweepStep(at: now), !Task.isCancelled {}
        } catch {
            runtime.report(.expiredRowsNotRemoved(error))
        }
    }
}
