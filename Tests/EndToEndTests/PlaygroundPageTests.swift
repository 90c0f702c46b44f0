import Foundation
import TestSupport
import Testing

/// The commands of docs/playground.md. What the playground shows in a browser is tested in Browser.
@Suite("docs/playground.md", .ownThreads, .serialized, .requires("curl", "setsid"), .timeLimit(.minutes(5)))
struct PlaygroundPageTests {
    private static let commands = [
        "store.sh", "token.sh", "registration.sh", "client.sh", "registered.sh",
    ]
    /// `make playground` builds the release binary, so only what it would do is compared.
    private static let others = ["make.sh", "with_server.sh"]

    @Test("has no command that is not run")
    func complete() {
        DocumentedBlock.expect("playground.md", isCoveredBy: Self.commands + Self.others)
    }

    /// Runs a block that starts a playground on a free port, and opens its first page.
    ///
    /// - Parameter options: further options.
    /// - Returns: what the command has printed, and the page.
    private static func open(
        _ block: String, of page: DocumentedPage, _ options: String = ""
    ) async throws -> (printed: String, page: String) {
        let listening = "playground --listen 127.0.0.1:0 \(options)"
        return try await page.run(block, ["countersign playground": "countersign \(listening)"], until: "Ctrl-C") {
            printed in
            let url = try #require(printed.firstMatch(of: /Open (http:\/\/127\.0\.0\.1:\d+)/)?.1, "\(printed)")
            let shown = try ServerProcess.run("/usr/bin/curl", ["-sS", String(url)])
            #expect(shown.output.contains("Step 1 of 5: prepare the request"), "\(shown.output) \(shown.errors)")
            return (printed, shown.output)
        }
    }

    @Test(
        "has commands that show the playground, with a client of its own, one registered over HTTP, or a registered one"
    )
    func ownServer() async throws {
        let page = try DocumentedPage("playground.md")
        defer { page.remove() }
        try "[registration]\nmode = \"token\"\n".write(
            toFile: page.folder + "/server.toml", atomically: true, encoding: .utf8)
        let server = try page.serve(command: "countersign serve --data ./countersign-data --config server.toml")
        defer { server.kill() }
        func clients() throws -> String {
            try ServerProcessTests.expectSuccess(["client", "list", "--json", "--data", server.directory])
        }
        let none = try clients()

        let stored = try await Self.open("store.sh", of: page, "--issuer \(page.issuer)")
        #expect(stored.printed.contains("added to ./countersign-data"), "\(stored.printed)")
        #expect(try clients() == none)

        try page.run("token.sh")
        let registered = try await Self.open("registration.sh", of: page)
        #expect(registered.printed.contains("registered over HTTP"), "\(registered.printed)")
        #expect(try clients() == none)

        try page.run("client.sh")
        let given = try await Self.open("registered.sh", of: page)
        #expect(given.page.contains("client_id=playground"))
        #expect(try clients().contains("playground"))
        #expect(page.used == Self.commands)
        #expect(server.terminate() == 0)
    }

    @Test("has a command that brings a server, opens the browser, and leaves nothing behind")
    func withServer() async throws {
        let page = try DocumentedPage("playground.md")
        defer { page.remove() }
        let browser = page.folder + "/bin/xdg-open"
        try "#!/bin/sh\necho \"$1\" > '\(page.folder)/opened'\n".write(
            toFile: browser, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: browser)
        let temporary = page.folder + "/temporary"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        _ = try page.type("export TMPDIR='\(temporary)'")
        let shown = try await Self.open("with_server.sh", of: page)
        #expect(shown.printed.contains(/user name +alice/))
        Patience.expect("an opened browser") {
            let opened = try? String(contentsOfFile: page.folder + "/opened", encoding: .utf8)
            return opened.map { shown.printed.contains("Open \($0.trimmingCharacters(in: .whitespacesAndNewlines)) ") }
                == true
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
    }

    @Test("has a command of make that builds, and starts what the page says", .requires("make"))
    func make() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let page = try DocumentedPage("playground.md")
        defer { page.remove() }
        // Not as a part of `make test`, within which it would print more.
        let command = try page.source("make.sh")
            .replacing("make ", with: "env -u MAKEFLAGS -u MAKELEVEL make --dry-run ")
        let lines = try page.type("cd '\(root)'\n" + command).split(separator: "\n")
        let started = try page.source("with_server.sh").replacing(" --open\n", with: "")
        #expect(lines.last.map(String.init) == ".build/release/" + started)
        #expect(lines.contains { $0.contains("build -c release") })
    }
}
