import Foundation
import TestSupport
import Testing

@Suite("Settings, causes of refusals and calendar addresses from a script", .ownThreads, .serialized)
struct ScriptedPageTests {
    private typealias Result = (status: Int32, output: String, errors: String)

    private func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let result = try ServerProcess.run("/usr/bin/env", variables + [ServerProcess.binary.path] + arguments)
        return (result.status, result.output, result.errors)
    }

    private func get(_ url: String) throws -> (status: String, body: String) {
        let result = try ServerProcess.run("/usr/bin/curl", ["-sS", "-w", "%{http_code}", url])
        return (String(result.output.suffix(3)), result.output)
    }

    @Test("'settings' shows those of a running server, and of a file without starting anything; secrets never")
    func settings() throws {
        let place = try AdministeredServer(scope: "admin.read")
        defer { place.remove() }
        let running = try run(["settings"] + place.remote)
        #expect(running.status == 0 && running.output.contains("--listen"), "\(running)")
        let changed = try run(["settings", "--changed"] + place.remote)
        #expect(changed.output.split(separator: "\n").count < running.output.split(separator: "\n").count)
        let json = try run(["settings", "--json"] + place.remote)
        #expect(json.output.hasPrefix("[{\"key\":\"") && json.output.contains("\"source\":\"flag\""), "\(json)")

        let (secret, key) = (
            "proxy-password-7f3a", Data((0..<32).map { UInt8($0) }).base64EncodedString().replacing("=", with: "")
        )
        let file = place.folder + "/other.toml"
        try (secret + "\n").write(toFile: place.folder + "/proxy.txt", atomically: true, encoding: .utf8)
        try """
        [server]
        issuer = "https://auth.example.com"
        data = "\(place.folder)/never-made"
        behind_proxy = true
        [remote_keys]
        proxy = "http://user@proxy.example:3128"
        proxy_password_file = "\(place.folder)/proxy.txt"
        """.write(toFile: file, atomically: true, encoding: .utf8)
        for path in [place.folder + "/proxy.txt", file] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        for more in [[], ["--json"], ["--changed"]] {
            let shown = try run(
                ["settings", "--config", file] + more,
                environment: ["COUNTERSIGN_MASTER_KEY": key, "COUNTERSIGN_SERVER_LISTEN": "127.0.0.1:9999"])
            #expect(shown.status == 0 && shown.output.contains("https://auth.example.com"), "\(shown)")
            #expect(shown.output.contains("COUNTERSIGN_SERVER_LISTEN") && shown.output.contains("proxy.txt"))
            #expect(![secret, key].contains { shown.output.contains($0) || shown.errors.contains($0) })
        }
        #expect(!FileManager.default.fileExists(atPath: place.folder + "/never-made"))
        #expect(try run(["settings", "--config", file] + place.remote).status == 2)
        let profile = ["COUNTERSIGN_PROFILE": "no-such-profile"]
        #expect(try run(["settings"], environment: profile).errors.contains("no-such-profile"))
        #expect(try run(["settings", "--config", file], environment: profile).status == 0)
        for command in [["key-set", "test", "https://client.example/jwks"], ["assertion", "inspect", "a.b.c"]] {
            #expect(try run(command, environment: profile).errors.contains("no-such-profile"))
            #expect(try !run(command + ["--config", file], environment: profile).errors.contains("no-such-profile"))
        }
        #expect(try run(["settings"], environment: ["COUNTERSIGN_SERVER_LISTEN": "nowhere"]).status == 2)
    }

    @Test("'explain --causes' counts at both places the same")
    func causes() throws {
        let place = try AdministeredServer(scope: "admin.read")
        defer { place.remove() }
        for _ in 0..<2 {
            _ = try ServerProcessTests.curl(
                place.server.baseURL + "/oauth2/token", form: TestServer.form("not.an.assertion"))
        }
        try Patience.expect("both refusals are counted") {
            try run(["explain", "--causes", "--json"] + place.local).output.contains("\"count\":2")
        }
        for more in [[], ["--json"], ["--code", "malformed"], ["--since", "1h"], ["--client", "none"]] {
            let results = try [place.local, place.remote].map { try run(["explain", "--causes"] + more + $0) }
            #expect(results[0] == results[1] && results[0].status == 0, "\(results)")
            let isEmpty = more.first == "--client"
            #expect(isEmpty || results[0].output.contains("malformed"), "\(results)")
        }
        #expect(try run(["explain", "K3ZQ7M2A", "--causes"] + place.local).status == 2)
    }

    @Test("A calendar address is made, read by a calendar program, and removed")
    func calendar() throws {
        let place = try AdministeredServer()
        defer { place.remove() }
        let user = ["user", "calendar-address", "ada"]
        try ServerProcessTests.expectSuccess(
            ["user", "add", "ada", "--no-password", "--group", "viewer"] + place.local)
        #expect(try run(user + place.remote).output == "ada has no calendar address.\n")
        let made = try run(user + ["--make"] + place.remote)
        let url = made.output.trimmingCharacters(in: .newlines)
        #expect(made.status == 0 && url.hasPrefix(place.server.baseURL + "/console/calendar/feed/"), "\(made)")
        let file = try get(url)
        #expect(file.status == "200" && file.body.hasPrefix("BEGIN:VCALENDAR"), "\(file)")
        let shown = try run(user + ["--json"] + place.remote)
        #expect(shown.output.contains("\"created_at\":\"20") && !shown.output.contains("/feed/"), "\(shown)")
        #expect(try run(user + place.local).output.contains("cannot be shown again"))

        let other = try run(user + ["--make", "--json"] + place.remote)
        #expect(other.status == 0 && other.output.contains("\"url\":\""))
        #expect(try get(url).status == "404")
        #expect(try run(user + ["--remove"] + place.remote).output == "ada has no calendar address.\n")

        // At the data directory the console's address comes from the configuration.
        let config = place.folder + "/here.toml"
        try "[server]\nissuer = \"\(place.server.baseURL)\"\ndata = \"\(place.server.directory)\"\n".write(
            toFile: config, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: config)
        let here = try run(user + ["--make", "--config", config])
        #expect(here.status == 0, "\(here)")
        #expect(try get(here.output.trimmingCharacters(in: .newlines)).status == "200")
        // A port that is chosen at the start has no address yet: the one in force stays.
        let open = place.folder + "/open.toml"
        try FileManager.default.copyItem(atPath: config, toPath: open)
        try (String(contentsOfFile: open, encoding: .utf8) + "[console]\nlisten = \"127.0.0.1:0\"\n").write(
            toFile: open, atomically: false, encoding: .utf8)
        let unknown = try run(user + ["--make", "--config", open])
        #expect(unknown.status == 2 && unknown.errors.contains("name the running server"), "\(unknown)")
        #expect(try get(here.output.trimmingCharacters(in: .newlines)).status == "200")
        let off = try run(user + ["--make"] + place.local)
        #expect(off.status == 2 && off.errors.contains("--config"), "\(off)")
        #expect(try run(user + ["--make", "--remove"] + place.local).status == 2)
        try ServerProcessTests.expectSuccess(["user", "edit", "ada", "--no-groups"] + place.local)
        for options in [place.remote, ["--config", config]] {
            let refused = try run(user + ["--make"] + options)
            #expect(refused.status == 1 && refused.errors.contains("neither of the groups"), "\(refused)")
        }
    }
}
