import Countersign
import Store
import Testing

@Suite("Registered identifiers in memory")
struct RegisteredIdentifiersTests {
    private let clock = TestClock()

    private func directory(_ clients: some ClientStore) -> CachedClientDirectory {
        let clock = clock
        return CachedClientDirectory(store: clients, clock: { clock.now })
    }

    /// Asks for made-up identifiers until a hundred of them in a row were answered without a read.
    private func learn(_ directory: CachedClientDirectory, _ clients: CountedClients) async throws {
        var (number, quiet) = (0, 0)
        while quiet < 100 {
            let before = clients.reads
            #expect(try await directory.client(ClientID("made up \(number)")) == nil)
            quiet = clients.reads == before ? quiet + 1 : 0
            number += 1
            if quiet == 0 { await Task.yield() }
        }
    }

    @Test("Made-up identifiers cost no read, and those that exist are found", .timeLimit(.minutes(5)))
    func madeUp() async throws {
        let clients = CountedClients()
        for number in 0..<1000 { clients.set(Samples.client("\(number)")) }
        let directory = directory(clients)
        try await learn(directory, clients)
        for number in 0..<1000 {
            #expect(try await directory.client(ClientID("\(number)"))?.id == ClientID("\(number)"))
        }
        // What looks alike has other bytes.
        clients.set(Samples.client("caf\u{E9}"))
        try await learn(directory, clients)
        #expect(try await directory.client(ClientID("cafe\u{301}")) == nil)
        #expect(try await directory.client(ClientID("caf\u{E9}")) != nil)
    }

    @Test("A client is found by the first request after it was registered", .timeLimit(.minutes(5)))
    func registeredLater() async throws {
        let clients = CountedClients()
        let directory = directory(clients)
        try await learn(directory, clients)
        for number in 0..<10 {
            clients.set(Samples.client("\(number)"))
            #expect(try await directory.client(ClientID("\(number)")) != nil)
        }
    }

    @Test("A revision that cannot be read does not make a client unknown", .timeLimit(.minutes(5)))
    func unavailable() async throws {
        let clients = CountedClients()
        let directory = directory(clients)
        try await learn(directory, clients)
        clients.fail(with: .unavailable("the disk is full"))
        await #expect(throws: StoreUnavailable("the disk is full")) {
            try await directory.client(ClientID("made up"))
        }
    }
}
