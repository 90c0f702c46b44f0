import Countersign
import Store

/// Reads the metadata document of one kind of client that is a URL: those that have proved a key, or the others.
struct MetadataRefresher: RefreshSource {
    let isProven: Bool
    let reader: any RemoteReader
    let settings: ClientMetadataSettings
    let semaphore: FetchSemaphore
    let rateLimit: HostRateLimit
    let clock: @Sendable () -> UnixTime

    /// No store keeps documents of clients that are URLs.
    func stored(_ url: ClientIDURL) async -> MetadataCopy? { nil }

    func refresh(
        _ url: ClientIDURL, known: MetadataCopy?, for reason: RefreshReason, willFetch: @Sendable () -> Void
    ) async -> MetadataCopy {
        let reading = await semaphore.withPermit(for: caller(url)) {
            await reader.read(.clientMetadata, at: url.text, etag: known?.document?.etag)
        }
        return MetadataCopy(of: url, after: reading, known, settings, at: clock(), jitter: .random(in: 0...1))
    }

    /// Whether a document may be read now. The refreshes of known clients are not limited.
    func isAllowed(_ url: ClientIDURL, known: MetadataCopy?) -> Bool {
        guard known?.client == nil else { return true }
        let now = clock()
        guard semaphore.hasRoom(for: caller(url)) else {
            rateLimit.recordFullQueue(of: url, at: now)
            return false
        }
        return rateLimit.admit(url, isProven: isProven, at: now)
    }

    private func caller(_ url: ClientIDURL) -> FetchCaller {
        FetchCaller(source: url.pattern, isProven: isProven)
    }
}
