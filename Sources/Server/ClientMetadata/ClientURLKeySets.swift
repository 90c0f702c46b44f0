import Countersign
import CountersignJOSE
import Store

/// The key sets that documents of clients name: those of clients that have proved a key, and apart from them those of clients that
/// have not. All are in memory alone.
struct ClientURLKeySets: Sendable {
    private let proven: RemoteKeySets
    private let unproven: RemoteKeySets
    private let provenMemory: InMemoryKeySets
    private let unprovenMemory: InMemoryKeySets

    private static let capacity = 1000
    /// Lines a second about the sets of strangers.
    private static let lines = 5

    init(
        reader: any RemoteReader, _ settings: ServerSettings, semaphore: FetchSemaphore,
        clock: @escaping @Sendable () -> UnixTime, report: @escaping @Sendable (ServerEvent) -> Void
    ) {
        var keySetSettings = settings.keySets
        keySetSettings.capacity = min(keySetSettings.capacity, Self.capacity)
        let (provenMemory, unprovenMemory) = (
            InMemoryKeySets(capacity: keySetSettings.capacity), InMemoryKeySets(capacity: keySetSettings.capacity)
        )
        func sets(
            _ memory: InMemoryKeySets, isProven: Bool, _ report: @escaping @Sendable (ServerEvent) -> Void
        ) -> RemoteKeySets {
            let clientMetadata = settings.clientMetadata
            return RemoteKeySets(
                store: memory, reader: reader, document: .keySetOfClientURL, settings: keySetSettings,
                semaphore: semaphore, caller: { .clientURL($0, clientMetadata, isProven: isProven) }, clock: clock,
                report: report)
        }
        let throttle = EventThrottle(limit: Self.lines)
        proven = sets(provenMemory, isProven: true, report)
        unproven = sets(unprovenMemory, isProven: false) { event in
            if throttle.admit(at: clock()) != nil { report(event) }
        }
        (self.provenMemory, self.unprovenMemory) = (provenMemory, unprovenMemory)
    }

    func sets(isProven: Bool) -> RemoteKeySets { isProven ? proven : unproven }

    /// Takes a set over to those of proven clients, so that it need not be read again because its client has proved a key.
    func carryOver(_ url: ExactString) {
        if let record = unprovenMemory.record(url) { provenMemory.keep(record) }
    }
}
