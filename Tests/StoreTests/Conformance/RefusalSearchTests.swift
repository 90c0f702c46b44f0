import Countersign
import Store
import TestSupport
import Testing

@Suite("The search for refusals")
struct RefusalSearchTests {
    private static let codes = ["expired", "replayed", "unknown_client"]
    private static let clients = ["billing", "shop", nil]

    /// Entries of which the time differs from the order in which they are written.
    private static let entries: [AuditEntry] = (0..<40).map(entry)

    private static func entry(_ number: Int) -> AuditEntry {
        let letter = number.isMultiple(of: 2) ? "A" : "B"
        let second = Int64(number / 2 * 2 - number % 3)
        let endpoint = number.isMultiple(of: 5) ? "/oauth2/revoke" : "/oauth2/token"
        let address: String? = number.isMultiple(of: 7) ? nil : "192.0.2.\(number % 2)"
        return AuditEntry(
            reference: Reference("R\(letter)\(100 + number)"), at: TestClock.start + .seconds(second),
            clientID: clients[number % 3], isProven: number.isMultiple(of: 4), code: codes[number / 2 % 3],
            endpoint: endpoint, remoteAddress: address, trace: "{}")
    }

    private func store(_ engine: Engine) async throws -> any Store {
        let store = try engine.make().store
        for entry in Self.entries { store.audit.record(entry) }
        await store.audit.flush()
        return store
    }

    private static let filters: [RefusalFilter] = {
        var filters = [RefusalFilter()]
        func vary(_ changes: (inout RefusalFilter) -> Void...) {
            filters += filters.flatMap { filter in
                changes.map { change in
                    var filter = filter
                    change(&filter)
                    return filter
                }
            }
        }
        vary({ $0.client = "billing" }, { $0.client = "nobody" })
        vary({ $0.code = "expired" })
        vary({ $0.isProven = true }, { $0.isProven = false })
        vary({ $0.address = "192.0.2.1" })
        vary({ $0.endpoint = "/oauth2/revoke" })
        vary({ $0.since = TestClock.start + .seconds(5) })
        vary({ $0.until = TestClock.start + .seconds(30) })
        vary({ $0.referencePrefix = "RB1" })
        return filters
    }()

    @Test(
        "Every combination of filters finds and counts what matches, newest first, on pages",
        arguments: Engine.withLargeAuditLog)
    func combinations(_ engine: Engine) async throws {
        let store = try await store(engine)
        #expect(Self.filters.count == 576)
        for filter in Self.filters {
            var (seen, position): ([AuditEntry], RefusalPosition?) = ([], nil)
            repeat {
                let page = try await store.audit.page(filter, after: position, limit: 7)
                seen += page.entries
                position = page.next
                if position != nil { #expect(page.entries.count == 7) }
            } while position != nil
            let expected = Self.entries.filter(filter.matches)
            #expect(Set(seen.map(\.reference)) == Set(expected.map(\.reference)), "\(filter)")
            #expect(seen.count == expected.count)
            #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.at >= $1.at })

            let byCode = try await store.audit.countsByCode(filter, upTo: 1000)
            #expect(Dictionary(grouping: expected, by: \.code).mapValues(\.count) == byCode.byKey)
            #expect(byCode.total == FoundCount(expected.count))
            let byClient = try await store.audit.countsByClient(filter, limit: 10, among: 1000)
            #expect(Dictionary(grouping: expected, by: \.clientID).mapValues(\.count) == byClient.byKey)
            #expect(byClient.total == FoundCount(expected.count))
            #expect(byClient.groupCount == byClient.groups.count)
        }
    }

    @Test(
        "Counts by client end at a bound, and only the largest groups are returned", arguments: Engine.withLargeAuditLog
    )
    func bounds(_ engine: Engine) async throws {
        let store = try await store(engine)
        let counts = try await store.audit.countsByClient(RefusalFilter(), limit: 1, among: 10)
        #expect(counts.groups.count == 1 && counts.groupCount == 3)
        #expect(counts.total == FoundCount(10, hasMore: true))
        // By code each has a bound of its own, so that a rare one is not hidden by a frequent one.
        let byCode = try await store.audit.countsByCode(RefusalFilter(), upTo: 5)
        let numbers = Dictionary(grouping: Self.entries, by: \.code).mapValues(\.count)
        #expect(Set(byCode.groups.map(\.key)) == Set(numbers.keys))
        for group in byCode.groups {
            let number = try #require(numbers[group.key])
            #expect(group.count == FoundCount(min(number, 5), hasMore: number > 5))
        }
        #expect(byCode.total.hasMore)
        var filter = RefusalFilter()
        filter.endpoint = Self.entries[0].endpoint
        #expect(try await store.audit.countsByCode(filter, upTo: 5).total == FoundCount(5, hasMore: true))
    }

    @Test(
        "A page continues where the one before ended, whatever is added meanwhile", arguments: Engine.withLargeAuditLog)
    func added(_ engine: Engine) async throws {
        let store = try await store(engine)
        let first = try await store.audit.page(RefusalFilter(), after: nil, limit: 20)
        store.audit.record(Samples.auditEntry("NEWEST22", secondsLater: 1000))
        await store.audit.flush()
        let position = try #require(first.next.flatMap { RefusalPosition(text: $0.text) })
        let second = try await store.audit.page(RefusalFilter(), after: position, limit: 20)
        #expect(Set((first.entries + second.entries).map(\.reference)) == Set(Self.entries.map(\.reference)))
    }

    @Test("Another issuer's refusals are not found", arguments: Engine.withLargeAuditLog)
    func issuers(_ engine: Engine) async throws {
        let store = try await store(engine)
        let other = store.issuer(IssuerNumber(rawValue: 2))
        #expect(try await other.audit.page(RefusalFilter(), after: nil, limit: 10).entries.isEmpty)
        #expect(try await other.audit.countsByCode(RefusalFilter(), upTo: 10).groups.isEmpty)
        var filter = RefusalFilter()
        filter.client = "billing"
        #expect(try await other.audit.countsByClient(filter, limit: 10, among: 10).groups.isEmpty)
    }

    @Test(
        "A hostile text is compared like any other", arguments: Engine.withLargeAuditLog,
        ["", "\0", "' OR 1=1 --", "%", "a\0b", "\u{202E}"])
    func hostile(_ engine: Engine, _ text: String) async throws {
        let store = try engine.make().store
        store.audit.record(Samples.auditEntry("HOSTILE2", client: text))
        store.audit.record(Samples.auditEntry("HOSTILE3", client: "x"))
        await store.audit.flush()
        var filter = RefusalFilter()
        filter.client = text
        let found = try await store.audit.page(filter, after: nil, limit: 9).entries.map(\.reference.text)
        #expect(found == ["HOSTILE2"])
        #expect(try await store.audit.countsByClient(filter, limit: 9, among: 9).groups.map(\.key) == [text])
        for change: (inout RefusalFilter) -> Void in [
            { $0.code = text }, { $0.address = text }, { $0.endpoint = text }, { $0.referencePrefix = text },
        ] {
            var filter = RefusalFilter()
            change(&filter)
            #expect(try await store.audit.page(filter, after: nil, limit: 9).entries.isEmpty)
        }
    }

    @Test(
        "A position is one word, and anything else is none",
        arguments: ["", "1.2.3", "1.1", "x.1.1", "1.1.1.1", "1.1.99999999999999999999"])
    func positions(_ text: String) throws {
        let position = RefusalPosition(at: UnixTime(milliseconds: -5), isProven: true, number: 7)
        #expect(RefusalPosition(text: position.text) == position)
        #expect(RefusalPosition(text: text) == nil)
    }
}

extension RefusalCounts {
    fileprivate var byKey: [Key: Int] { Dictionary(uniqueKeysWithValues: groups.map { ($0.key, $0.count.number) }) }
}
