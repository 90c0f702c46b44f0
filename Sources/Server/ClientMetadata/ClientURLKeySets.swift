import Countersign
import CountersignJOSE
import Store

/// The key sets that documents of clients name: those of clients that have proved a key, and apart from them those of clients that
/// have not. All are in memory alone.
struct ClientURLKeySets: Sendable {
    private let proven: RemoteKeySets
    private let unproven: RemoteKeySets
    private let provenMemory: KeySetMemory
    private let unprovenMemory: KeySetMemory

    private static let capacity = 1000

    init(
        reader: any RemoteReader, _ settings: ServerSettings, permits: FetchPermits, _ runtime: Runtime
    ) {
        var keySetSettings = settings.keySets
        keySetSettings.capacity = min(keySetSettings.capacity, Self.capacity)
        let (provenMemory, unprovenMemory) = (
            KeySetMemory(capacity: keySetSettings.capacity), KeySetMemory(capacity: keySetSettings.capacity)
        )
        func sets(_ memory: KeySetMemory, isProven: Bool) -> RemoteKeySets {
            let clientMetadata = settings.clientMetadata
            return RemoteKeySets(
                store: memory, reader: reader, document: .keySetOfClientURL, settings: keySetSettings,
                permits: permits, caller: { .clientURL($0, clientMetadata, isProven: isProven) }, runtime)
        }
        proven = sets(provenMemory, isProven: true)
        unproven = sets(unprovenMemory, isProven: false)
        (self.provenMemory, self.unprovenMemory) = (provenMemory, unprovenMemory)
    }

    func sets(isProven: Bool) -> RemoteKeySets { isProven ? proven : unproven }

    /// Takes a set over to those of proven clients, so that it need not be read again because its client has proved a key.
    func carryOver(_ url: ExactString) {
        if let record = unprovenMemory.record(url) { provenMemory.keep(record) }
    }
}
