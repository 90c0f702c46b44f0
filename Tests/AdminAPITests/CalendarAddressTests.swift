import TestSupport
import Testing

@testable import AdminAPI
@testable import Administration

@Suite("/users/{sub}/calendar-address", .timeLimit(.minutes(5)))
struct CalendarAddressTests {
    private func path(_ user: UserRecord) -> String { "/users/\(user.id.text)/calendar-address" }

    private func secret(_ answer: Answer) throws -> String {
        let url = try #require(answer["url"])
        return String(try #require(url.wholeMatch(of: /https:\/\/console\.example\/calendar\/feed\/(.+)\.ics/)).1)
    }

    @Test("is shown once, made once, ends the one before, and is removed; the log has no secret")
    func made() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let ada = try await bench.person("ada", groups: ["viewer"])
        func read() async throws -> Answer {
            await bench.call("GET", path(ada), token: try await bench.token("auditor"))
        }
        let none = try await read()
        #expect(none.status == 200 && none.object["created_at"] == .null && none["user_name"] == "ada")

        let made = await bench.call("PUT", path(ada), token: token, tag: none.tag)
        let first = try secret(made)
        #expect(made.status == 200 && made["created_at"] == bench.clock.now.text)
        #expect(try await CalendarFeeds(bench.store).person(of: first)?.id == ada.id)
        let shown = try await read()
        #expect(shown.tag == made.tag && shown.object["url"] == nil && shown["created_at"] == made["created_at"])
        #expect(!shown.object.render().contains(first))

        // The same request once more, because its answer was lost, makes no other one.
        let again = await bench.call("PUT", path(ada), token: token, tag: none.tag)
        #expect(again.status == 412 && again.response.headers["ETag"] == made.tag)
        #expect(try await CalendarFeeds(bench.store).person(of: first) != nil)
        let second = try secret(await bench.call("PUT", path(ada), token: token, tag: made.tag))
        #expect(second != first)
        #expect(try await CalendarFeeds(bench.store).person(of: first) == nil)
        #expect(try await CalendarFeeds(bench.store).person(of: second) != nil)
        #expect(await bench.call("DELETE", path(ada), token: token, tag: made.tag).status == 412)

        let removed = await bench.call("DELETE", path(ada), token: token, tag: try await read().tag)
        #expect(removed.status == 204)
        #expect(try await CalendarFeeds(bench.store).person(of: second) == nil)
        let after = try await read()
        #expect(after.object["created_at"] == .null && after.tag == none.tag)
        #expect(await bench.call("DELETE", path(ada), token: token, tag: "*").status == 204, "there is none")
        let log = try await bench.store.changes.page(ChangeFilter(), before: nil, limit: 50)
        #expect(!log.isEmpty && ![first, second].contains { "\(log)".contains($0) })
    }

    @Test("is made only for those who may look at the console, on a server that has one, by those who may write")
    func refused() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let (ada, bob) = (
            try await bench.person("ada", groups: ["admin"]), try await bench.person("bob", groups: ["staff"])
        )
        #expect(await bench.call("PUT", path(ada), token: token).code == "precondition_required")
        #expect(await bench.call("DELETE", path(ada), token: token).code == "precondition_required")
        let reader = try await bench.token("auditor")
        for method in ["PUT", "DELETE"] {
            #expect(await bench.call(method, path(ada), token: reader, tag: "*").code == "insufficient_scope")
            #expect(await bench.call(method, path(ada), token: nil, tag: "*").status == 401)
            #expect(await bench.call(method, "/users/none/calendar-address", token: token, tag: "*").code == "no_user")
        }
        #expect(await bench.call("GET", "/users/none/calendar-address", token: token).code == "no_user")
        let other = await bench.call("PUT", path(bob), token: token, tag: "*")
        #expect(other.status == 409 && other.code == "not_viewing" && other["user"] == "bob")
        #expect(try await bench.store.users.user(bob.id)?.calendarFeed == nil)

        let without = try await AdminBench(console: nil)
        let eve = try await without.person("eve", groups: ["admin"])
        let off = await without.call("PUT", path(eve), token: try await without.token(), tag: "*")
        #expect(off.status == 409 && off.code == "no_console")
    }
}
