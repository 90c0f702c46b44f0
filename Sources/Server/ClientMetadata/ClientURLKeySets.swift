/// The in-memory key sets of clients that are URLs, separately for proven and unproven clients.
struct ClientURLKeySets: Sendable {
    private let proven: KeySetCache
    private let unproven: KeySetCache
    private let provenRecords: InMemoryKeySets
    private let unprovenRecords: InMemoryKeySets

    private static let capacity = 1000

    init(reader: any RemoteReader, _ settings: ServerSettings, semaphore: FetchSemaphore, _ runtime: Runtime) {
        var keySetSettings = settings.keySets
        keySetSettings.capacity = min(keySetSettings.capacity, Self.capacity)
        let clientMetadata = settings.clientMetadata
        func cache(_ records: InMemoryKeySets, isProven: Bool) -> KeySetCache {
            let refresher = KeySetRefresher(
                store: records, reader: reader, document: .keySetOfClientURL, grace: keySetSettings.grace,
                semaphore: semaphore, caller: { .clientURL($0, clientMetadata, isProven: isProven) }, runtime: runtime)
            return KeySetCache(refresher, keySetSettings)
        }
        provenRecords = InMemoryKeySets(capacity: keySetSettings.capacity)
        unprovenRecords = InMemoryKeySets(capacity: keySetSettings.capacity)
        proven = cache(provenRecords, isProven: true)
        unproven = cache(unprovenRecords, isProven: false)
    }

    func cache(isProven: Bool) -> KeySetCache { isProven ? proven : unproven }

    /// Copies a set to those of proven clients, so that it is not read again when its client becomes proven.
    func promote(_ url: ExactString) {
        if let record = unprovenRecords.record(of: url) { provenRecords.keep(record) }
    }
}
