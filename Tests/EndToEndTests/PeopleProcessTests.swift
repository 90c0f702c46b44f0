import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("People and resources on the command line", .ownThreads)
struct PeopleProcessTests {
    /// A data directory, a cheap password hash, and the program.
    private struct Setup {
        let directory = TemporaryDirectory().path
        var data: [String] { ["--data", directory + "/data"] }
        var cheap: [String] { ["--config", directory + "/countersign.toml"] }

        init() throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data(ServerProcess.cheapPasswords.utf8).write(
                to: URL(fileURLWithPath: directory + "/countersign.toml"))
        }

        func run(_ arguments: String..., input: String? = nil) throws -> (status: Int32, output: String, errors: String)
        {
            try ServerProcess.run(arguments + data, input: input)
        }

        func json(_ arguments: String..., input: String? = nil) throws -> JSONObject {
            let result = try ServerProcess.run(arguments + ["--json"] + data, input: input)
            #expect(result.status == 0, "\(result.errors)")
            return try JSONObject(parsing: Array(result.output.utf8.dropLast()))
        }

        func remove() { try? FileManager.default.removeItem(atPath: directory) }
    }

    @Test("A person is added, shown, changed, disabled, enabled and removed")
    func lifeOfAPerson() throws {
        let setup = try Setup()
        defer { setup.remove() }
        let added = try setup.json(
            "user", "add", "alice", "--full-name", "Alice Jones", "--email", "alice@example.com", "--email-verified",
            "--claim", "address.locality=Berlin", "--group", "staff", "--no-password")
        #expect(added.string("user_name") == "alice")
        #expect(added["has_password"] == .boolean(false))
        #expect(
            added["claims"]
                == .object([
                    "name": "Alice Jones", "email": "alice@example.com", "email_verified": .boolean(true),
                    "address": .object(["locality": "Berlin"]),
                ]))

        let twice = try setup.run("user", "add", "ALICE", "--no-password")
        #expect(twice.status == 1)
        #expect(twice.errors.contains("already exists"))

        let edited = try setup.json("user", "edit", "alice@example.com", "--email", "a@example.org", "--no-groups")
        #expect(edited["groups"] == .array([JSONValue]()))
        #expect(try setup.run("user", "show", "alice").output.contains("a@example.org"))
        #expect(try setup.run("user", "disable", "alice").output == "alice is disabled.\n")
        #expect(try setup.run("user", "list").output.contains("disabled"))
        #expect(try setup.run("user", "enable", "alice").output == "alice is enabled.\n")
        #expect(try setup.run("user", "remove", "alice").status == 2)
        #expect(try setup.run("user", "remove", "alice", "--yes").output == "alice is removed.\n")
        let gone = try setup.run("user", "show", "alice")
        #expect(gone.status == 1)
        #expect(gone.errors == "error: there is no person 'alice'. 'countersign user list' shows the people.\n")
    }

    @Test("A password comes from a file or standard input, follows the rules, and is never shown")
    func passwords() throws {
        let setup = try Setup()
        defer { setup.remove() }
        let cheap = setup.cheap
        func passwd(_ password: String) throws -> (status: Int32, output: String, errors: String) {
            try setup.run("user", "passwd", "alice", "--password-stdin", cheap[0], cheap[1], input: password)
        }
        let added = try setup.json(
            "user", "add", "alice", "--password-stdin", cheap[0], cheap[1], input: "violet kettles sing\n")
        #expect(added["has_password"] == .boolean(true))
        #expect(!JSONValue.object(added).render().contains("scrypt"))
        #expect(try passwd("short words").errors.contains("at least 15 characters"))
        #expect(try passwd("passwordpassword").errors.contains("first that are guessed"))
        #expect(try passwd("alicealicealice").errors.contains("little more than a name"))
        let changed = try passwd("another violet kettle\n")
        #expect(changed.status == 0)
        #expect(changed.output == "'alice' has a new password. All sessions and grants have ended.\n")
        #expect(try setup.run("user", "passwd", "alice", "--remove-password").status == 0)
        #expect(try setup.run("user", "show", "alice").output.contains("none: the person cannot sign in"))
        let missing = try setup.run("user", "passwd", "bob", "--password-stdin", input: "x")
        #expect(missing.errors.contains("there is no person 'bob'"))
    }

    @Test("A wrong claim is refused by name, and nothing is stored")
    func wrongClaim() throws {
        let setup = try Setup()
        defer { setup.remove() }
        let result = try setup.run("user", "add", "alice", "--claim", "birthdate=31.12.1990", "--no-password")
        #expect(result.status == 1)
        #expect(
            result.errors.hasPrefix("error: the claim 'birthdate' cannot be set: it must be a date such as 1990-12-31"))
        #expect(
            try setup.run("user", "list").errors.contains("There is no store")
                || !FileManager.default.fileExists(atPath: setup.directory + "/data"))
    }

    @Test("A resource is added, shown, changed and removed")
    func lifeOfAResource() throws {
        let setup = try Setup()
        defer { setup.remove() }
        let uri = "https://api.example.com"
        let added = try setup.json(
            "resource", "add", uri, "--scope", "read write", "--token-format", "opaque", "--lifetime", "15m")
        #expect(added.string("resource") == ExactString(uri))
        #expect(added["scopes"] == ["read", "write"])
        #expect(added["access_token_lifetime"] == .number(900))
        #expect(try setup.run("resource", "add", uri).status == 1)
        #expect(try setup.run("resource", "add", "https://api.example.com/#x").status == 2)
        let edited = try setup.json("resource", "edit", uri, "--scope", "read", "--token-format", "default")
        #expect(edited["scopes"] == ["read"])
        #expect(edited["access_token_format"] == .null)
        #expect(try setup.run("resource", "list").output.contains(uri))
        #expect(try setup.run("resource", "remove", uri, "--yes").status == 0)
        #expect(try setup.run("resource", "show", uri).errors.contains("there is no resource"))
    }

    @Test("A client that signs people in needs a redirect URI; a public one needs no key")
    func clients() throws {
        let setup = try Setup()
        defer { setup.remove() }
        let without = try setup.run("client", "add", "--id", "shop", "--name", "Shop", "--grant", "authorization_code")
        #expect(without.status == 1)
        #expect(without.errors.contains("--redirect-uri https://app.example.com/callback"))
        let app = try setup.json(
            "client", "add", "--id", "app", "--name", "App", "--public", "--redirect-uri", "com.example.app:/callback")
        #expect(app["grant_types"] == ["authorization_code"])
        #expect(app.string("token_endpoint_auth_method") == "none")
        #expect(app["redirect_uris"] == ["com.example.app:/callback"])
        let wrong = try setup.run("client", "edit", "app", "--redirect-uri", "http://app.example.com/")
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("'http://app.example.com/' cannot be used"))
        #expect(try setup.run("client", "show", "app").output.contains("demanded: the client is public"))
    }
}
