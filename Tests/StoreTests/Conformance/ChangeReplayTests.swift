import Countersign
import Store
import TestSupport
import Testing

@Suite("The change log: what it says is what is stored")
struct ChangeReplayTests {
    private static let ids = ["a", "b", "c"].map { ClientID($0) }

    /// A random change, most of which succeed.
    private static func change(
        _ store: any Store, _ random: inout SeededRandom, at now: UnixTime
    ) async throws {
        let id = ids[Int.random(in: 0..<ids.count, using: &random)]
        let number = Int.random(in: 0..<1000, using: &random)
        let registration = try await store.clients.registration(of: id)
        let key = registration?.keys.randomElement(using: &random)?.number
        switch Int.random(in: 0..<9, using: &random) {
        case 0: try await store.clients.add(Samples.unusualClient(id.text), keys: [try Samples.key("k\(number)")])
        case 1: try await store.clients.add(Samples.client(id.text), keys: [])
        case 2: try await store.clients.remove(id)
        case 3: try await store.clients.setEnabled(number.isMultiple(of: 2), id, at: now)
        case 4:
            try await store.clientKeys.add(
                try Samples.key("k\(number)", certificate: number.isMultiple(of: 2) ? Samples.certificate : nil), to: id
            )
        case 5: if let key { try await store.clientKeys.remove(key, of: id) }
        case 6:
            let statuses: [KeyAvailability] = [.active, .retiring(until: now), .revoked(since: now)]
            if let key { try await store.clientKeys.setStatus(statuses[number % 3], number: key, of: id) }
        case 7:
            let digest = Array(repeating: UInt8(number % 256), count: 32)
            _ = try await store.clients.change(id) { before throws(Never) in
                var client = before.client
                client.secrets = number.isMultiple(of: 2) ? [] : [ClientSecretRecord(digest: digest, createdAt: now)]
                return (client, before.keys)
            }
        default:
            let signIn = number.isMultiple(of: 2) ? Samples.unusualSignIn : SignInOptions()
            let replacesKeys = number.isMultiple(of: 3)
            let new = try Samples.key("n\(number)")
            _ = try await store.clients.change(id) { before throws(Never) in
                var client = before.client
                client.name = "n\(number % 5)"
                client.signIn = signIn
                client.accessTokenLifetime = number.isMultiple(of: 5) ? .milliseconds(1500) : nil
                client.options.allowsReuse = number.isMultiple(of: 7) ? true : nil
                return (client, replacesKeys ? [new] : before.keys)
            }
        }
    }

    @Test(
        "Replayed, the log gives the present facts of every client, from which each can be made again", arguments: 0..<8
    )
    func replay(_ seed: Int) async throws {
        let open = try Engine.sqlite.make()
        var random = SeededRandom(seed: UInt64(seed))
        for _ in 0..<80 {
            open.clock.advance(by: .milliseconds(1234))
            // Some changes are refused, which must leave no trace.
            do { try await Self.change(open.store, &random, at: open.clock.now) } catch is StoreError {}
        }
        var facts: [ChangeSubject: JSONObject] = [:]
        for row in try await open.store.changes.rows(after: 0, limit: 1000) {
            let change = try Change(row)
            facts[change.subject] = FactDifference.apply(change.before, change.after, to: facts[change.subject])
        }
        for id in Self.ids {
            let registration = try await open.store.clients.registration(of: id)
            let known = facts[.client(id)]
            #expect(FactDifference(known, registration?.facts) == nil)
            guard let registration, let known else { continue }
            let client = registration.client
            #expect(
                ClientRecord(facts: known, id: id, secrets: client.secrets, updatedAt: client.updatedAt) == client)
            for key in registration.keys {
                let again = try #require(KeyRecord(facts: key.facts))
                #expect(again.facts == key.facts)
                #expect(again.certificate == key.certificate)
                #expect(again.jwk.object == key.jwk.object)
            }
        }
        #expect(try await ChangeLogCheck(key: nil, pageSize: 7).report(on: open.store.changes).fault == nil)
    }

    @Test("Two processes change things at the same time, and the numbers have no gap", arguments: Engine.all)
    func concurrent(_ engine: Engine) async throws {
        let open = try engine.make()
        let other = try open.another()
        try await open.store.clients.add(Samples.client(), keys: [])
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                let store = number.isMultiple(of: 2) ? open.store : other
                group.addTask {
                    _ = try? await store.resources.add(
                        ResourceRecord(uri: "urn:example:\(number)", createdAt: TestClock.start))
                }
            }
        }
        let report = try await ChangeLogCheck(key: nil, pageSize: 7).report(on: open.store.changes)
        #expect(report.fault == nil)
        #expect(Int(report.last.number) == 1 + (try await open.store.resources.all().count))
        await other.close()
    }
}

@Suite("The change log: times in full")
struct ExactTimeTests {
    @Test(
        "A time is read as it was written",
        arguments: [0, 1, 999, 1000, 1_795_655_806_088, -1, -62_167_219_200_000, .max, .min, 253_402_300_799_999])
    func roundTrip(_ milliseconds: Int64) {
        let time = UnixTime(milliseconds: milliseconds)
        #expect(UnixTime(exactText: time.exactText) == time)
    }

    @Test(
        "Anything else is not a time",
        arguments: [
            "", "now", "2026-11-24", "2026-11-24T10:15:00", "2026-11-24T10:15:00.2Z",
            "9223372036854775807-11-24T10:15:00Z", "2026-11-24T10:15:00.9223372036854775807Z",
        ])
    func others(_ text: String) {
        #expect(UnixTime(exactText: text) == nil)
    }
}
