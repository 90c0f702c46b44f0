import Countersign
import CountersignJOSE
import Store

/// The key sets of clients that are URLs, in memory only: those of clients that have proved a key, and apart from them the others.
struct ClientURLKeySets: Sendable {
    private let proven: KeySetCache
    private let unproven: KeySetCache
    private let provenRecords: InMemoryKeySets
    private let unprovenRecords: InMemoryKeySets

    private static let capacity = 1000
    /// Log lines a second about the sets of unproven clients.
    private static let lines = 5

    init(
        reader: any RemoteReader, _ settings: ServerSettings, semaphore: FetchSemaphore,
        clock: @escaping @Sendable () -> UnixTime, report: @escaping @Sendable (ServerEvent) -> Void
    ) {
        var keySetSettings = settings.keySets
        keySetSettings.capacity = min(keySetSettings.capacity, Self.capacity)
        let clientMetadata = settings.clientMetadata
        provenRecords = InMemoryKeySets(capacity: keySetSettings.capacity)
        unprovenRecords = InMemoryKeySets(capacity: keySetSettings.capacity)
        func cache(
            _ records: InMemoryKeySets, isProven: Bool, _ report: @escaping @Sendable (ServerEvent) -> Void
        ) -> KeySetCache {
            let refresher = KeySetRefresher(
                store: records, reader: reader, document: .keySetOfClientURL, grace: keySetSettings.grace,
                semaphore: semaphore, caller: { .clientURL($0, clientMetadata, isProven: isProven) }, clock: clock,
                report: report)
            return KeySetCache(refresher, keySetSettings)
        }
        let throttle = EventThrottle(limit: Self.lines)
        proven = cache(provenRecords, isProven: true, report)
        unproven = cache(unprovenRecords, isProven: false) { event in
            if throttle.admit(at: clock()) != nil { report(event) }
        }
    }

    func cache(isProven: Bool) -> KeySetCache { isProven ? proven : unproven }

    /// Copies a set to those of proven clients, so that it need not be read again because its client has proved a key.
    func promote(_ url: ExactString) {
        if let record = unprovenRecords.record(of: url) { provenRecords.keep(record) }
    }
}
