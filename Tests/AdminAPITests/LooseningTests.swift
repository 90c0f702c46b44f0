import Administration
import SQLite
import Server
import Store
import Synchronization
import TestSupport
import Testing

@testable import AdminAPI

@Suite("A change does not make anything looser by leaving something out")
struct LooseningTests {
    @Test("PUT of a person without enabled, and PATCH with null, are refused: a disabled person stays disabled")
    func person() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let person = try await bench.person("ada", groups: ["staff"])
        let path = "/users/" + person.id.text
        let disabled = await bench.call("PATCH", path, token: token, tag: "*", #"{"enabled":false}"#)
        #expect(disabled.status == 200)
        let put = await bench.call("PUT", path, token: token, tag: "*", #"{"user_name":"ada"}"#)
        #expect(put.status == 422 && put.pointers == ["/enabled"])
        for (method, body) in [("PATCH", #"{"enabled":null}"#), ("PUT", #"{"user_name":"ada","enabled":null}"#)] {
            let answer = await bench.call(method, path, token: token, tag: "*", body)
            #expect(answer.status == 422 && answer.pointers.contains("/enabled"), "\(method)")
        }
        #expect(try await bench.store.users.user(person.id)?.isEnabled == false)
        let named = await bench.call("PUT", path, token: token, tag: "*", #"{"user_name":"ada","enabled":true}"#)
        #expect(named.status == 200)
        #expect(try await bench.store.users.user(person.id)?.isEnabled == true)
    }

    @Test("PUT of a client must name what makes its rules stricter than the default now")
    func client() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        try await bench.add("strict", scopes: []) {
            $0.options.requiresExplicitTyping = true
            $0.options.signingAlgorithm = .es256
            $0.signIn.requiresProofKey = true
        }
        let body =
            #"{"enabled":true,"grant_types":["client_credentials"],"token_endpoint_auth_method":"private_key_jwt""#
        let put = await bench.call("PUT", "/clients/strict", token: token, tag: "*", body + "}")
        #expect(put.status == 422)
        #expect(
            Set(put.pointers) == ["/require_explicit_typing", "/token_endpoint_auth_signing_alg", "/require_pkce"])
        let named = await bench.call(
            "PUT", "/clients/strict", token: token, tag: "*",
            body + #","require_explicit_typing":false,"token_endpoint_auth_signing_alg":null,"require_pkce":true}"#)
        #expect(named.status == 200)
        let client = try #require(try await bench.store.clients.registration(of: "strict")).client
        #expect(!client.options.requiresExplicitTyping && client.options.signingAlgorithm == nil)
        #expect(client.signIn.requiresProofKey == true)
        // One with the defaults needs no more than the three.
        let plain = await bench.call("PUT", "/clients/auditor", token: token, tag: "*", body + "}")
        #expect(plain.status == 200)
    }
}

@Suite("RFC 7396: the size of a merge patch")
struct PatchSizeTests {
    @Test("200 members are applied, one more is refused before anything is read", arguments: [false, true])
    func members(_ isNested: Bool) async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let person = try await bench.person("ada", groups: [])
        func patch(_ count: Int) -> String {
            let members = (0..<(isNested ? count - 1 : count)).map { "\"x\($0)\":null" }.joined(separator: ",")
            return isNested ? "{\"claims\":{\(members)}}" : "{\(members)}"
        }
        let path = "/users/" + person.id.text
        #expect(await bench.call("PATCH", path, token: token, tag: "*", patch(200)).status == 200)
        for count in [201, 3000] {
            let answer = await bench.call("PATCH", path, token: token, tag: "*", patch(count))
            #expect(answer.status == 422 && answer.code == "invalid_body", "\(count)")
        }
    }
}

@Suite("The checks of doctor through the admin API")
struct CheckTests {
    @Test("A result answers for 30 seconds after it was found, and a failure does not")
    func lifetime() async throws {
        let clock = TestClock()
        let masterKey = MasterKey.generate()
        let keys = try await ServerKeys.load(
            from: try SQLiteStore(directory: TemporaryDirectory().path), masterKey: masterKey, algorithm: .es256,
            at: clock.now)
        let runs = Counter()
        let fails = Mutex(false)
        let process = ServerProcess(
            masterKey: masterKey, keys: keys, settings: [], passwordHasher: ServerSettings().signIn.passwordHasher
        ) {
            runs.increment()
            clock.advance(by: .seconds(40))
            if fails.withLock(\.self) { throw StoreError.unavailable("the test") }
            return Diagnosis()
        }
        let first = try await process.diagnosis { clock.now }
        #expect(first.json["checked_at"] == .string(clock.now.text) && runs.count == 1)
        clock.advance(by: .milliseconds(29_999))
        for _ in 0..<3 { #expect(try await process.diagnosis { clock.now }.at == first.at) }
        #expect(runs.count == 1)
        clock.advance(by: .milliseconds(1))
        let second = try await process.diagnosis { clock.now }
        #expect(runs.count == 2 && second.at > first.at)
        clock.advance(by: .seconds(-1))
        _ = try await process.diagnosis { clock.now }
        #expect(runs.count == 3, "the clock was set back")
        clock.advance(by: .seconds(30))
        fails.withLock { $0 = true }
        for _ in 0..<2 {
            await #expect(throws: StoreError.self) { try await process.diagnosis { clock.now } }
        }
        #expect(runs.count == 5)
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock(\.self) }

    func increment() { value.withLock { $0 += 1 } }
}
