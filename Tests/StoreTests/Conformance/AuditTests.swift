import Countersign
import Store
import Testing

@Suite("The audit log")
struct AuditTests {
    @Test("An entry is read back as recorded", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let store = try engine.make().store
        let entries = [
            Samples.auditEntry("AAAAAAAA"), Samples.auditEntry("BBBBBBBB", isProven: true, client: nil),
            Samples.auditEntry("CCCCCCCC", client: "a\0b"),
        ]
        for entry in entries { store.audit.record(entry) }
        await store.audit.flush()
        for entry in entries { #expect(try await store.audit.entry(entry.reference) == entry) }
        #expect(try await store.audit.entry(Reference("ZZZZZZZZ")) == nil)
        #expect(store.audit.dropped == 0)
    }

    @Test(
        "A reference is found in lower case, with spaces, hyphens or look-alike digits", arguments: Engine.all,
        ["OIBA2345", "oiba2345", "01BA-2345", " 0ib a2345 ", "018A2345"])
    func typed(_ engine: Engine, _ reference: String) async throws {
        let store = try engine.make().store
        store.audit.record(Samples.auditEntry("OIBA2345"))
        await store.audit.flush()
        #expect(try await store.audit.entry(Reference(typed: reference))?.reference.text == "OIBA2345")
    }

    @Test("Entries of unauthenticated callers evict only each other", arguments: Engine.all)
    func bounded(_ engine: Engine) async throws {
        let store = try engine.make().store
        for number in 0..<3 {
            store.audit.record(Samples.auditEntry("PROVEN2\(number + 2)", isProven: true, secondsLater: Int64(number)))
        }
        for number in 0..<300 {
            store.audit.record(Samples.auditEntry("UNPROV\(100 + number)", secondsLater: Int64(10 + number)))
        }
        await store.audit.flush()
        let latest = try await store.audit.latest(100, onlyProven: false).map(\.reference.text)
        let expected = (295..<300).reversed().map { "UNPROV\(100 + $0)" } + ["PROVEN24", "PROVEN23", "PROVEN22"]
        #expect(latest == expected)
        // Nor do they crowd them out of a list: each kind gets half of it, plus what the other kind does not use.
        func listed(_ limit: Int, onlyProven: Bool = false) async throws -> [String] {
            try await store.audit.latest(limit, onlyProven: onlyProven).map(\.reference.text)
        }
        #expect(try await listed(1) == ["PROVEN24"])
        #expect(try await listed(2) == ["UNPROV399", "PROVEN24"])
        #expect(try await listed(4) == ["UNPROV399", "UNPROV398", "PROVEN24", "PROVEN23"])
        #expect(try await listed(7) == expected.prefix(4) + expected.suffix(3))
        #expect(try await listed(2, onlyProven: true) == ["PROVEN24", "PROVEN23"])
        #expect(try await listed(100, onlyProven: true) == Array(expected.suffix(3)))
    }

    @Test(
        "A flood of unauthenticated callers fills its own queue: every entry of an authenticated client is written",
        arguments: Engine.all)
    func flood(_ engine: Engine) async throws {
        let store = try engine.make().store
        for number in 0..<5000 {
            store.audit.record(Samples.auditEntry("FLOOD\(1000 + number)"))
            if number.isMultiple(of: 1000) {
                store.audit.record(Samples.auditEntry("PROVEN2\(2 + number / 1000)", isProven: true))
            }
        }
        await store.audit.flush()
        for number in 0..<5 { #expect(try await store.audit.entry(Reference("PROVEN2\(2 + number)")) != nil) }
        #expect(store.audit.dropped > 0)
    }

    @Test("A flood of authenticated clients leaves the others a share of each batch", arguments: Engine.all)
    func provenFlood(_ engine: Engine) async throws {
        let store = try engine.make().store
        for number in 0..<5000 { store.audit.record(Samples.auditEntry("FLOOD\(1000 + number)", isProven: true)) }
        store.audit.record(Samples.auditEntry("STRANGER"))
        await store.audit.flush()
        #expect(try await store.audit.entry(Reference("STRANGER")) != nil)
    }
}
