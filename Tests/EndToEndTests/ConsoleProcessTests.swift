import Foundation
import TestSupport
import Testing

@Suite("The console of a running server", .ownThreads, .timeLimit(.minutes(5)))
struct ConsoleProcessTests {
    /// Returns the one-time link that a server has printed: its address before the path, and the path with the secret.
    private func link(_ server: ServerProcess) -> (address: String, path: String)? {
        server.startMessage.firstMatch(of: /(http:\/\/127\.0\.0\.1:\d+)(\S*\/setup\?key=\S+)/).map {
            (String($0.1), String($0.2))
        }
    }

    private func status(_ address: String, _ path: String) async throws -> Int {
        try await CalledServer(baseURL: address).get(path).status
    }

    @Test("A restart makes another link for the first administrator, and no link is in the log")
    func restart() async throws {
        let folder = TemporaryDirectory().path
        let first = try ServerProcess.start(configuration: "[server]\nlog_level = \"trace\"\n", in: folder)
        let old = try #require(link(first))
        #expect(old.address == first.baseURL && old.path.hasPrefix("/console/setup?key="))
        #expect(try await status(old.address, old.path) == 200)
        #expect(try await status(old.address, old.path + "x") == 403)
        #expect(first.terminate() == 0)
        let second = try ServerProcess.start(configuration: "", in: folder)
        defer { second.remove() }
        let new = try #require(link(second))
        #expect(new.path != old.path)
        #expect(try await status(new.address, new.path) == 200)
        #expect(try await status(new.address, old.path) == 403)
        // One who is made an administrator on the command line ends the need for a link.
        let added = try ServerProcess.run(
            ["user", "add", "root", "--group", "admin", "--no-password", "--data", folder + "/data"])
        #expect(added.status == 0, "\(added.errors)")
        #expect(try await status(new.address, new.path) == 403)
        #expect(second.terminate() == 0)
        let third = try ServerProcess.start(configuration: "", in: folder)
        #expect(link(third) == nil)
        #expect(third.terminate() == 0)
        let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
        for path in [old.path, new.path] {
            #expect(!log.contains(try #require(path.split(separator: "=").last)))
        }
    }

    @Test("At an address of its own the console alone answers, and the server's address has none")
    func ownAddress() async throws {
        let folder = TemporaryDirectory().path
        let server = try ServerProcess.start(
            configuration: "[console]\nlisten = \"127.0.0.1:0\"\n", in: folder)
        defer { server.remove() }
        let link = try #require(self.link(server))
        #expect(link.address != server.baseURL && link.path.hasPrefix("/setup?key="))
        #expect(try await status(link.address, link.path) == 200)
        #expect(try await status(server.baseURL, "/console") == 404)
        #expect(try await status(server.baseURL, link.path) == 404)
        for path in ["/oauth2/jwks", "/health/live", "/.well-known/openid-configuration", "/account", "/console"] {
            #expect(try await status(link.address, path) == 404, "\(path)")
            if path != "/console" { #expect(try await status(server.baseURL, path) == 200, "\(path)") }
        }
        // People sign in at the server, and come back here.
        let answer = try await CalledServer(baseURL: link.address).get("/")
        #expect(answer.status == 303)
        let place = try #require(answer.headers["location"])
        #expect(place.hasPrefix(server.baseURL + "/oauth2/authorize?"))
        #expect(
            place.contains(
                "redirect_uri=" + link.address.replacing(":", with: "%3A").replacing("/", with: "%2F") + "%2Fcallback"))
        #expect(server.terminate() == 0)
    }

    @Test("A console that is turned off has no pages and no link")
    func turnedOff() async throws {
        let server = try ServerProcess.start(
            configuration: "[console]\nenabled = false\n", in: TemporaryDirectory().path)
        defer { server.remove() }
        #expect(!server.startMessage.contains("console"))
        #expect(try await status(server.baseURL, "/console") == 404)
        #expect(server.terminate() == 0)
    }

    @Test(
        "Settings of the console that cannot be are refused",
        arguments: [
            ("url = \"https://admin.example\"", "console.listen"), ("listen = \"0.0.0.0:9444\"", "plain HTTP"),
            ("listen = \"nowhere\"", "HOST:PORT"),
            ("listen = \"127.0.0.1:9444\"\nurl = \"ftp://x\"", "http or https URL"),
        ])
    func refused(_ setting: String, _ words: String) throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = folder + "/countersign.toml"
        try "[console]\n\(setting)\n".write(toFile: file, atomically: true, encoding: .utf8)
        let result = try ServerProcess.run(["serve", "--check", "--config", file, "--data", folder + "/data"])
        #expect(result.status != 0)
        #expect(result.errors.contains(words), "\(result.errors)")
    }
}
