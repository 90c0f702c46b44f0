import Countersign
import Store
import TestSupport
import Testing

@Suite("Registered identifiers in memory")
struct RegisteredIdentifiersTests {
    private let clock = TestClock()

    private func directory(_ clients: some ClientStore) -> CachedClientDirectory {
        let clock = clock
        return CachedClientDirectory(store: clients, clock: { clock.now })
    }

    /// Looks up unknown identifiers until a hundred in a row are answered without a read.
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

    @Test("Unknown identifiers cost no read, and registered ones are found", .timeLimit(.minutes(5)))
    func madeUp() async throws {
        let clients = CountedClients()
        for number in 0..<1000 { clients.set(Samples.client("\(number)")) }
        let directory = directory(clients)
        try await learn(directory, clients)
        for number in 0..<1000 {
            #expect(try await directory.client(ClientID("\(number)"))?.id == ClientID("\(number)"))
        }
        // Canonically equivalent, but different bytes.
        clients.set(Samples.client("caf\u{E9}"))
        try await learn(directory, clients)
        #expect(try await directory.client(ClientID("cafe\u{301}")) == nil)
        #expect(try await directory.client(ClientID("caf\u{E9}")) != nil)
    }

    @Test("A client is found by the first request after its registration", .timeLimit(.minutes(5)))
    func registeredLater() async throws {
        let clients = CountedClients()
        let directory = directory(clients)
        try await learn(directory, clients)
        for number in 0..<10 {
            clients.set(Samples.client("\(number)"))
            #expect(try await directory.client(ClientID("\(number)")) != nil)
        }
    }

    @Test("An unreadable revision is an error, not an unknown client", .timeLimit(.minutes(5)))
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
