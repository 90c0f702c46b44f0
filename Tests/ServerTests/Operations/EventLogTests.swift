import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("The log lines of refused requests")
struct EventLogTests {
    /// An audit log that discards its entries.
    private final class NoEntries: AuditLog {
        func record(_ entry: AuditEntry) {}
        var dropped: Int { 0 }
        func flush() async {}
        func entry(_ reference: Reference) async throws(StoreError) -> AuditEntry? { nil }
        func latest(_ limit: Int, onlyProven: Bool) async throws(StoreError) -> [AuditEntry] { [] }
        func page(
            _ filter: RefusalFilter, after position: RefusalPosition?, limit: Int
        ) async throws(StoreError) -> RefusalList { RefusalList() }
        func countsByCode(_ filter: RefusalFilter, upTo bound: Int) async throws(StoreError) -> RefusalCounts<String> {
            RefusalCounts(groups: [], groupCount: 0, total: FoundCount(0))
        }
        func countsByClient(
            _ filter: RefusalFilter, limit: Int, among latest: Int
        ) async throws(StoreError) -> RefusalCounts<String?> {
            RefusalCounts(groups: [], groupCount: 0, total: FoundCount(0))
        }
    }

    private let clock = TestClock()
    private let log: RecordedLog
    private let audit: RefusalAudit

    init() {
        log = RecordedLog(clock)
        audit = RefusalAudit(log: NoEntries(), runtime: log.runtime(clock))
    }

    private static let unproven = Rejection.badSignature(algorithm: .es256, keysTried: [])
    private static let proven = Rejection.replayed(jti: "j")

    private func refuse(_ rejection: Rejection, _ count: Int) {
        for _ in 0..<count {
            _ = audit.error(
                for: rejection, nil, clientID: ClientID("billing"),
                request: EndpointRequest(method: "POST", path: "/oauth2/token"), at: clock.now)
        }
    }

    private func lines(_ words: String) -> [String] { log.texts.filter { $0.contains(words) } }

    @Test("A flood of unproven callers suppresses no line about proven ones and no warning")
    func apart() {
        refuse(Self.unproven, 10_000)
        refuse(Self.proven, 40)
        for _ in 0..<40 { log.events.record(.assertionTolerated(Self.proven, client: ClientID("billing"))) }
        log.events.record(.storeUnavailable("locked"))
        #expect(lines("bad_signature").count == 50)
        #expect(lines("replayed").count == 40)
        #expect(log.lines.count { $0.severity == .warning } == 40)
        #expect(lines("store unavailable").count == 1)
    }

    @Test("Suppressed lines are counted by the next line of their kind")
    func nextLine() {
        refuse(Self.unproven, 60)
        refuse(Self.proven, 70)
        clock.advance(by: .seconds(1))
        refuse(Self.proven, 1)
        #expect(log.texts.last?.hasSuffix("(20 lines before this one were suppressed)") == true)
        refuse(Self.unproven, 1)
        #expect(log.texts.last?.hasSuffix("(10 lines before this one were suppressed)") == true)
    }

    @Test("Suppressed lines are counted once if no line follows")
    func noNextLine() {
        refuse(Self.unproven, 60)
        refuse(Self.proven, 70)
        log.events.reportSuppressed()
        #expect(lines("suppressed").isEmpty)
        clock.advance(by: .seconds(1))
        for _ in 0..<3 { log.events.reportSuppressed() }
        #expect(
            lines("suppressed") == [
                "20 more lines about refused callers who proved a key were suppressed",
                "10 more lines about refused callers who proved no key were suppressed",
            ])
        clock.advance(by: .seconds(1))
        refuse(Self.proven, 1)
        #expect(log.texts.last?.contains("suppressed") == false)
    }
}
