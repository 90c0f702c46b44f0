import Countersign
import Store
import Testing

@testable import Server

@Suite("Who makes the changes at the endpoints", .timeLimit(.minutes(5)))
struct ChangeActorTests {
    private static func changes(_ store: any Store, _ subject: ChangeSubject) async throws -> [Change] {
        try await store.changes.page(
            ChangeFilter(subjectKind: subject.kind, subjectID: subject.id), before: nil, limit: 100
        ).compactMap(\.change).reversed()
    }

    @Test("RFC 7591, RFC 7592: a client that registers, changes and removes itself is the actor")
    func registration() async throws {
        let bench = try await RegistrationBench(.open)
        let registered = try await bench.register()
        let id = ClientID(try #require(registered.id))
        #expect(try await bench.change(registered, [("client_name", "Newer")]).status == 200)
        #expect(try await bench.send("DELETE", registered.path, token: registered.accessToken).status == 204)
        let changes = try await Self.changes(bench.store, .client(id))
        #expect(changes.map(\.action) == [.clientRegistered, .clientChanged, .clientRemoved])
        #expect(Set(changes.map(\.actor)) == [.client(id, through: .registration)])
        let texts = changes.flatMap { [$0.before, $0.after] }.compactMap { $0?.render() }
        #expect(!texts.contains { $0.contains("digest") || $0.contains("cs_rat_") })
    }

    @Test("A person who ends sessions and changes the password is the actor; signing in and out is not recorded")
    func account() async throws {
        let bench = try await AuthorizationBench()
        let alice = try #require(try await bench.store.users.user(named: "alice"))
        let before = try await Self.changes(bench.store, .user(alice.id))
        let browser = try await bench.signedIn()
        _ = try await bench.signedIn()
        #expect(try await Self.changes(bench.store, .user(alice.id)) == before)
        func press(_ name: String, _ more: [HiddenField] = []) async throws {
            let shown = await browser.get("/account", nil, bench)
            guard case .account(let page)? = shown.page else {
                Issue.record("no account page")
                return
            }
            _ = await browser.post(page.action, page.hidden + [HiddenField(name, "yes")] + more, bench)
        }
        try await press("end_other_sessions")
        try await press(
            "change_password",
            [
                HiddenField("username", "alice"), HiddenField("password", AuthorizationBench.password),
                HiddenField("new_password", "a quite different passphrase"),
            ])
        let changes = try await Self.changes(bench.store, .user(alice.id)).dropFirst(before.count)
        #expect(changes.map(\.action) == [.userSessionsEnded, .userPasswordSet])
        #expect(Set(changes.map(\.actor)) == [.person(alice.id, name: alice.name, through: .account)])
    }
}
