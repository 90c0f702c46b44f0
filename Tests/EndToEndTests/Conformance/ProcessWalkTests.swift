import Countersign
import CountersignJOSE
import Foundation
import TestSupport
import Testing

/// The steps of docs/sign-people-in.md with the real binary, and the curl command of the original guide.
@Suite(
    "docs/sign-people-in.md", .ownThreads, .serialized, .requires("curl", "openssl", "setsid"), .timeLimit(.minutes(10))
)
struct ProcessWalkTests {
    /// The page, and the browser of its person.
    private struct Walk {
        static let redirectURI = "http://127.0.0.1:8000/callback"

        let page: DocumentedPage
        let browser: Browser
        let person = Person(name: "alice", password: "violet harbour lantern")

        init() throws {
            page = try DocumentedPage("sign-people-in.md")
            browser = Browser(origin: page.issuer)
        }

        /// Adds the person and the application, and starts the server.
        func begin() throws -> ServerProcess {
            try page.run(
                "person.sh",
                answering: [("New password of alice:", person.password), ("The same again:", person.password)])
            try page.run("application.sh")
            return try page.serve("serve.sh")
        }

        /// Opens the address that a block prints, and returns the code.
        func code(_ block: String) async throws -> String {
            let url = try page.run(block).trimmingCharacters(in: .whitespacesAndNewlines)
            let response = try await person.walk(browser, to: url).response
            #expect(response.location.hasPrefix(Self.redirectURI + "?"))
            #expect(response["state"] == "af0ifjsldkj")
            #expect(response["iss"] == page.issuer)
            return try #require(response["code"], "\(response.parameters)")
        }
    }

    private static let steps = [
        "person.sh", "application.sh", "serve.sh", "logo.sh", "authorize.sh", "redeem.sh", "tokens.sh", "userinfo.sh",
        "refresh.sh", "tokens.sh", "userinfo.sh", "logout.sh",
    ]
    private static let signOuts = [
        "person.sh", "application.sh", "serve.sh", "backchannel.sh", "logout_receiver.py", "countersign.toml",
        "serve_again.sh", "receiver.sh", "authorize.sh", "disable.sh",
    ]
    private static let guide = [
        "person.sh", "application.sh", "serve.sh", "authorize.sh", "guide_authorize.sh", "guide_values.sh", "guide.sh",
        "guide.sh",
    ]

    @Test("Each command of the page is typed by one of these tests")
    func complete() {
        DocumentedBlock.expect("sign-people-in.md", isCoveredBy: Self.steps + Self.signOuts + Self.guide)
    }

    @Test("The commands sign a person in, show claims, refresh the tokens and sign the person out")
    func walk() async throws {
        let walk = try Walk()
        let page = walk.page
        defer { page.remove() }
        let server = try walk.begin()
        defer { server.kill() }
        try page.run("logo.sh")

        let code = try await walk.code("authorize.sh")
        let first = try page.object("redeem.sh", ["cs_ac_…": code])
        #expect(first.string("scope")?.text == "openid profile email", "\(first.render())")
        let refreshToken = try #require(first.string("refresh_token")?.text)
        let idToken = try #require(first.string("id_token")?.text)
        let claims = try JSONObject(parsing: try CompactJWS(parsing: Array(idToken.utf8)).payload)
        #expect(claims.string("nonce")?.text == "n-0S6_WzA2Mj")

        func userInfo(of tokens: JSONObject) throws -> JSONObject {
            try page.run(
                "tokens.sh",
                [
                    "access_token=eyJ…": "access_token=\(try #require(tokens.string("access_token")?.text))",
                    "cs_rt_…": refreshToken, "id_token=eyJ…": "id_token=\(idToken)",
                ])
            return try page.object("userinfo.sh")
        }
        let person = try userInfo(of: first)
        #expect(person.string("name")?.text == "Alice Liddell")
        #expect(person.string("email")?.text == "alice@example.com")
        #expect(person["email_verified"] == .boolean(false))
        let second = try page.object("refresh.sh")
        #expect(second["access_token"] != first["access_token"])
        #expect(try userInfo(of: second).render() == person.render())

        func isSignedIn() async throws -> Bool {
            try await walk.browser.open(page.issuer + "/account").page.text.contains("<h1>Your account</h1>")
        }
        #expect(try await isSignedIn())
        let url = try page.run("logout.sh").trimmingCharacters(in: .whitespacesAndNewlines)
        let landing = try await Person().walk(walk.browser, to: url)
        #expect(try landing.response.location == "http://127.0.0.1:8000/")
        #expect(try await !isSignedIn())
        #expect(page.used == Self.steps)
        #expect(server.terminate() == 0)
    }

    @Test(
        "A code is redeemed with the verifier of its challenge alone, and its second use ends the tokens of the first")
    func codes() async throws {
        let walk = try Walk()
        let page = walk.page
        defer { page.remove() }
        let server = try walk.begin()
        defer { server.kill() }
        let code = try await walk.code("authorize.sh")
        let tokens = try page.object("redeem.sh", ["cs_ac_…": code])
        #expect(try page.object("redeem.sh", ["cs_ac_…": code])["error"] == "invalid_grant")
        _ = try page.type("access_token=\(try #require(tokens.string("access_token")?.text))")
        #expect(try !page.run("userinfo.sh").contains("Alice"))

        let other = try await walk.code("authorize.sh")
        let verifier = try page.type(#"echo "$verifier""#).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(verifier.wholeMatch(of: /[\w-]{64}/) != nil)
        _ = try page.type("verifier=\(String(verifier.reversed()))")
        #expect(try page.object("redeem.sh", ["cs_ac_…": other])["error"] == "invalid_grant")
        #expect(server.terminate() == 0)
    }

    @Test("The curl command of the original guide redeems a code, once")
    func originalGuide() async throws {
        let walk = try Walk()
        let page = walk.page
        defer { page.remove() }
        let server = try walk.begin()
        defer { server.kill() }
        // Sets the variables of the shell.
        try page.run("authorize.sh")
        let code = try await walk.code("guide_authorize.sh")
        try page.run("guide_values.sh", ["cs_ac_…": code])
        let answer = try page.object("guide.sh")
        #expect(answer.string("scope")?.text == "openid profile email", "\(answer.render())")
        #expect(answer.string("refresh_token")?.text.hasPrefix("cs_rt_") == true)
        #expect(answer["id_token"] != nil)
        // The assertion was for one request.
        #expect(try page.object("guide.sh")["error"] == "invalid_client")
        #expect(page.used == Self.guide)
        #expect(server.terminate() == 0)
    }

    @Test("The receiver accepts a logout token and refuses others", .requiresPython)
    func signOuts() async throws {
        let walk = try Walk()
        let page = walk.page
        defer { page.remove() }
        #expect(try walk.begin().terminate() == 0)
        let port = try Program.freePort()
        try page.run("backchannel.sh", ["8001": "\(port)"])
        try page.save("logout_receiver.py", ["8001": "\(port)"])
        try page.save("countersign.toml")
        let server = try page.serve("serve_again.sh")
        defer { server.kill() }
        let receiver = try page.start("receiver.sh", output: "received")
        defer { receiver.stop() }
        try await receiver.listens(on: port)
        let url = "http://127.0.0.1:\(port)/backchannel-logout"
        #expect(try ServerProcessTests.curl(url, form: "logout_token=a.b.c").status == 400)

        _ = try await walk.code("authorize.sh")
        try page.run("disable.sh")
        func received() throws -> [Substring] {
            try String(contentsOfFile: page.folder + "/received", encoding: .utf8).split(separator: "\n")
        }
        try Patience.expect("the end of a session") { try received().count >= 2 }
        let lines = try received()
        #expect(lines.map { $0.prefix { $0 != " " } } == ["refused:", "end"], "\(lines)")
        #expect(page.used == Self.signOuts)
        #expect(server.terminate() == 0)
    }
}
