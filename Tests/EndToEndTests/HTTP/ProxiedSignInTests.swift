import Server
import TestSupport
import Testing

@Suite("Limits on sign-ins behind a reverse proxy")
struct ProxiedSignInTests {
    @Test(
        "count the address that the proxy adds to X-Forwarded-For, with behind_proxy alone", arguments: [true, false])
    func address(_ isBehindProxy: Bool) async throws {
        let server = try await TestServer(
            clients: [], isBehindProxy: isBehindProxy,
            settings: { $0.signIn.passwordCost = PasswordCost(logarithm: 10) ?? .standard })
        func isLimited(_ number: Int, _ forwarded: String) async throws -> Bool {
            let page = try await server.send("GET", "/account", headers: [("X-Forwarded-For", forwarded)])
            let form = try #require(HTMLForm.all(in: page.text).first { $0.passwordField != nil })
            let typed = [form.nameField?.name: "nobody \(number)", form.passwordField?.name: "wrong"].compactMap {
                name, value in name.map { ($0, value) }
            }
            let cookie = page.headers["set-cookie"]?.prefix { $0 != ";" } ?? ""
            let answer = try await server.send(
                "POST", form.action,
                headers: [
                    ("X-Forwarded-For", forwarded), ("Origin", TestServer.issuer), ("Cookie", String(cookie)),
                    ("Content-Type", "application/x-www-form-urlencoded"),
                ],
                body: TestServer.encode(
                    form.submission(form.buttons.first, filling: Dictionary(uniqueKeysWithValues: typed))))
            #expect(answer.text.contains("nobody \(number)") || answer.status == 429)
            return answer.status == 429
        }
        // What stands before the last address is the caller's own word.
        for number in 0..<20 { #expect(try await !isLimited(number, "198.41.1.\(number), 198.41.0.4")) }
        #expect(try await isLimited(20, "198.41.2.2, 198.41.0.4") == isBehindProxy)
        #expect(try await isLimited(21, "198.41.0.4:50123") == isBehindProxy)
        #expect(try await !isLimited(22, "198.41.0.4, 198.41.0.5"))
        try await server.stop()
    }
}
