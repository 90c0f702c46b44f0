import Countersign
import Store
import TestSupport
import Testing

@Suite("The audit entry of a refusal", .ownThreads)
struct RefusalAuditTests {
    /// Returns one `Character` of two bytes per unit of height.
    private static func tower(_ height: Int) -> String { "a" + String(repeating: "\u{301}", count: height) }

    @Test("A client ID of one endless character is truncated like any long one")
    func oneCharacter() async throws {
        let server = try await TestServer.shared()
        let inAssertion = try await server.token(try Assertion(client: Self.tower(2000)).signed())
        let inForm = try await server.post(TestServer.form("x") + "&client_id=" + Self.tower(30_000))
        for answer in [inAssertion, inForm] {
            #expect(answer.status == 401)
            let reference = try #require(answer["reference"])
            #expect(try await server.auditedCode(reference) != nil)
            let entry = try #require(try await server.store.audit.entry(Reference(typed: reference)))
            #expect((entry.clientID ?? "").utf8.count <= 260)
            #expect(entry.trace.utf8.count < 8192)
        }
    }
}
