import Administration
import ArgumentParser
import Foundation
import Server
import TestSupport
import Testing

@testable import CLI
@testable import Console

@Suite("Commands that the console shows beside a filtered list", .ownThreads)
struct ShownCommandTests {
    private static let now = TestClock.start

    private static func form(_ query: String) throws -> Form { try Form(parsing: Array(query.utf8)) }

    /// The command that a page shows, as this program reads it after somebody has copied it into a shell.
    private static func parsed<Command: ParsableCommand>(_ text: String, as type: Command.Type) throws -> Command {
        try #require(try parsed([text]).first as? Command, "\(text)")
    }

    private static func parsed(_ texts: [String]) throws -> [any ParsableCommand] {
        let commands = try POSIXShell.words(of: texts)
        #expect(commands.count == texts.count && commands.allSatisfy { $0.first == "countersign" })
        return try zip(texts, commands).map { text, words in
            do {
                return try Countersign.parseAsRoot(LeadingHyphens.escaped(Array(words.dropFirst())))
            } catch {
                Issue.record("\(text): \(Countersign.message(for: error))")
                throw error
            }
        }
    }

    @Test(
        "The command beside the refusals has each of their filters",
        arguments: [
            "", "since=any", "since=hour", "since=week", "client=billing", "client=-x", "client=a+b%22c",
            "address=192.0.2.7", "endpoint=%2Foauth2%2Ftoken", "cause=expired", "caller=proved", "caller=not-proved",
            "caller=not-proved&since=any", "reference=abc", "reference=ABC&since=hour&caller=not-proved",
            "reference=K3ZQ7M2A", "client=billing&address=192.0.2.7&endpoint=%2Fpar&cause=replayed&caller=proved",
        ])
    func refusals(_ text: String) throws {
        let query = RefusalQuery(try Self.form(text))
        let command = try Self.parsed(query.command(at: Self.now), as: ExplainCommand.self)
        #expect(command.filter(at: Self.now) == query.filter(at: Self.now))
        #expect(command.reference == nil)
        let counting = try Self.parsed(query.command(at: Self.now, countsCauses: true), as: ExplainCommand.self)
        #expect(counting.causes && counting.filter(at: Self.now) == query.filter(at: Self.now))
    }

    @Test(
        "The command beside the changes has each of their filters",
        arguments: [
            "", "by=ada", "by=-x", "by=a+b", "kind=client", "kind=user&on=eve",
            "kind=resource&on=https%3A%2F%2Fa.example",
            "on=shop", "on=client%3Ashop", "on=-x", "since=hour", "since=day&by=root&kind=client&on=billing",
        ])
    func changes(_ text: String) throws {
        let query = ChangeQuery(try Self.form(text))
        let command = try Self.parsed(query.command(at: Self.now), as: ChangesList.self)
        #expect(try command.search() == query.search(at: Self.now))
    }

    @Test(
        "The command beside the clients has each of their filters",
        arguments: [
            "", "q=billing", "q=-x", "q=a+%22b%22+%2Ac", "state=enabled", "state=disabled", "state=other",
            "method=none",
            "from=open", "q=b&state=enabled&method=private_key_jwt&from=token&after=a",
        ])
    func clients(_ text: String) throws {
        let query = ClientQuery(try Self.form(text))
        let shown = ShellCommand.text(["client", "list"] + query.options)
        #expect(try Self.parsed(shown, as: ClientList.self).filters.filter == query.filter)
    }

    @Test(
        "The command beside the people has each of their filters",
        arguments: ["", "q=alice", "q=-x", "group=a+b", "state=disabled", "q=a&group=admin&state=enabled&before=b"])
    func people(_ text: String) throws {
        let query = PeopleQuery(try Self.form(text))
        let shown = ShellCommand.text(["user", "list"] + query.options)
        #expect(try Self.parsed(shown, as: UserList.self).filters.filter == query.filter)
    }

    @Test("A filter is found again, whatever it contains", arguments: POSIXShell.hostileWords)
    func hostileFilters(_ word: String) throws {
        func query(_ names: String...) throws -> Form {
            try Form(parsing: Array(FormWriter.encoded(names.map { ($0, word) }).utf8))
        }
        let refusals = RefusalQuery(try query("client", "address", "endpoint"))
        let explain = try Self.parsed(refusals.command(at: Self.now), as: ExplainCommand.self)
        #expect(explain.filter(at: Self.now) == refusals.filter(at: Self.now))
        let changes = ChangeQuery(try query("by"))
        #expect(
            try Self.parsed(changes.command(at: Self.now), as: ChangesList.self).search()
                == changes.search(at: Self.now))
        let clients = ShellCommand.text(["client", "list"] + ClientQuery(try query("q")).options)
        #expect(try Self.parsed(clients, as: ClientList.self).filters.filter == ClientQuery(try query("q")).filter)
        let people = ShellCommand.text(["user", "list"] + PeopleQuery(try query("q", "group")).options)
        #expect(
            try Self.parsed(people, as: UserList.self).filters.filter == PeopleQuery(try query("q", "group")).filter)
    }

    @Test("A command about something names it, whatever its name is", arguments: POSIXShell.hostileWords)
    func hostileNames(_ word: String) throws {
        let client = ClientID(ExactString(word))
        let about: [(text: String, names: (any ParsableCommand) -> [String?])] = [
            (ShellCommand.show(word), { [($0 as? ClientShow)?.client.id] }),
            (ShellCommand.text(["client", "remove"], on: word, ["--yes"]), { [($0 as? ClientRemove)?.id] }),
            (ShellCommand.edit(client, ShellCommand.option("--scope", "a")), { [($0 as? ClientEdit)?.id] }),
            (
                ShellCommand.text(["user", "edit"], on: word, ShellCommand.option("--email", word)),
                { [($0 as? UserEdit)?.user.name] }
            ),
            (
                ShellCommand.text(["user", "end-session"], on: word, ["--all"]),
                { [($0 as? UserEndSession)?.user.name] }
            ),
            (
                ShellCommand.text(["keystore", "import"], on: word, ShellCommand.option("--alias", word)),
                { [($0 as? KeyStoreImportCommand)?.file, ($0 as? KeyStoreImportCommand)?.alias] }
            ),
            (ShellCommand.text(["resource", "show"], on: word), { [($0 as? ResourceShow)?.resource.uri] }),
            (ShellCommand.text(["server-key", "retire"], on: word, ["--yes"]), { [($0 as? ServerKeyRetire)?.kid] }),
            (ShellCommand.text(["key-set", "test"], on: word), { [($0 as? KeySetTestCommand)?.uri] }),
        ]
        for (command, about) in zip(try Self.parsed(about.map(\.text)), about) {
            for name in about.names(command) { #expect(ExactString(name ?? "") == ExactString(word), "\(about.text)") }
        }
        let keys = [(word, "kid"), ("billing", word), (word, word), (word, "-kid"), ("-x", word)]
        let retirements = keys.map { ShellCommand.key("retire", $1, of: ClientID(ExactString($0)), ["--in", "7d"]) }
        for (command, (id, key)) in zip(try Self.parsed(retirements), keys) {
            let options = try #require(command as? ClientKeyRetire).options
            #expect(ExactString(options.id) == ExactString(id) && ExactString(options.key) == ExactString(key))
        }
    }

    @Test(
        "The identifier of a session may begin with hyphens",
        arguments: [
            "7pLhbH2fQ0ZUwVc1mWkDKA", "-pLhbH2fQ0ZUwVc1mWkDKA", "--LhbH2fQ0ZUwVc1mWkDKA", "---hbH2fQ0ZUwVc1mWkDKA",
        ])
    func sessions(_ sid: String) throws {
        for text in [
            "countersign user end-session alice \(sid)", "countersign user end-session alice \(sid) --data x",
            ShellCommand.text(ShellCommand.arguments(["user", "end-session"], on: ["alice", sid])),
        ] {
            let command = try Self.parsed(text, as: UserEndSession.self)
            #expect(command.user.name == "alice" && command.session == sid && !command.all, "\(text)")
        }
    }

    @Test(
        "A mistyped option is still one",
        arguments: ["--alll", "--end-all-the-sessions", "--everywhere-and-always", "--no-such-option-at-all"])
    func mistyped(_ option: String) {
        #expect(throws: (any Error).self) {
            try Countersign.parseAsRoot(LeadingHyphens.escaped(["user", "end-session", "alice", option]))
        }
    }

    @Test(
        "The command beside the key store has each of its filters",
        arguments: [
            "", "q=billing", "q=-x", "q=it%27s+%22b%22", "state=expired", "state=soon", "state=other", "use=serves",
            "use=unused", "use=x", "q=AB%3ACD&state=soon&use=serves&after=1+a",
        ])
    func keyStore(_ text: String) throws {
        let query = KeyStoreQuery(try Self.form(text))
        let shown = ShellCommand.text(["keystore", "list"] + query.options)
        #expect(try Self.parsed(shown, as: KeyStoreList.self).filters.filter == query.filter)
    }

    @Test("The command beside the resources has their filter", arguments: ["", "invoices", "-x", "a 'b' \"c\"", "--"])
    func resources(_ text: String) throws {
        let shown = ShellCommand.text(["resource", "list"] + ResourcesPage.options(text))
        #expect(try Self.parsed(shown, as: ResourceList.self).search ?? "" == text)
    }

    @Test("The command beside the registration tokens has their filter")
    func registrationTokens() throws {
        for state in [nil] + InitialAccessToken.State.allCases {
            let shown = ShellCommand.text(["registration-token", "list"] + RegistrationTokensPage.options(state))
            #expect(try Self.parsed(shown, as: RegistrationTokenList.self).state == state)
        }
    }

    @Test(
        "The command beside the calendar has each of its filters, and lists the days that are shown",
        arguments: [
            "", "month=2026-02", "day=2026-11-27", "show=ended", "kind=client_secret", "client=billing", "client=-x",
            "month=9990-12", "month=1971-01&kind=server_key", "day=2030-01-31&client=a+b%27c&kind=client_key",
            "show=ended&kind=tls_certificate&client=x&after=1",
        ])
    func calendar(_ text: String) throws {
        let query = CalendarQuery(try Self.form(text), at: Self.now)
        let shown = query.commands(at: Self.now)
        #expect(try Self.parsed(shown[0], as: ExpiryCommand.self).filter(at: Self.now) == query.list(at: Self.now))
        #expect(try Self.parsed(shown[1], as: ExpiryCommand.self).ics == "expiry.ics")
    }

    @Test(
        "What finds nothing, or says two things at once, is a usage error",
        arguments: [
            ["expiry", "--within", "1d", "--until", "2026-01-01T00:00:00Z"],
            ["expiry", "--ics", "x.ics", "--since", "2026-01-01T00:00:00Z"], ["keystore", "list", "--use", "x"],
            ["keystore", "list", "--limit", "0"],
            ["keystore", "list", "--limit", "10001"],
            ["registration-token", "list", "--state", "revoked"],
            ["explain", "--proven", "--not-proven"], ["explain", "K3ZQ7M2A", "--not-proven"],
            ["explain", "K3ZQ7M2A", "--reference", "K3Z"], ["explain", "--reference", "K3"],
            ["explain", "--reference", "K-3"], ["changes", "list", "--subject", "any"],
            ["changes", "list", "--subject", "ship:x"], ["changes", "list", "--subject", ":x"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Countersign.parseAsRoot(arguments) }
    }
}

/// What a real shell makes of commands that somebody copies into it.
enum POSIXShell {
    /// What people can name things and search for.
    static let hostileWords = [
        "it's \"$HOME\" `id` $(id) ${x} \\ !! * ~ #x; a|b & <x> %s", "-x it's", "-h", "--help", "--", "-",
        "--LhbH2fQ0ZUwVc1mWkDKA", "--client=x", "a\nb", "e\u{301} é 日本 語", "-\u{202E}abc '%!\"\\",
    ]

    /// Returns the words of each command; they are not run.
    static func words(of commands: [String]) throws -> [[String]] {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            (["countersign() { printf '%s\\0' countersign \"$@\"; printf '\\n\\0'; }"] + commands).joined(
                separator: "\n"),
        ]
        let output = try Program.start(process) { $0.pipeOutput() }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let words = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
        // A line break alone ends a command: none of the words is one.
        return words.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(Array.init)
    }
}
