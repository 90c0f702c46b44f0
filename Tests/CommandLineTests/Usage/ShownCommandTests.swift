import Administration
import ArgumentParser
import Server
import TestSupport
import Testing

@testable import CLI
@testable import Console

@Suite("Commands that the console shows beside a filtered list")
struct ShownCommandTests {
    private static let now = TestClock.start

    private static func form(_ query: String) throws -> Form { try Form(parsing: Array(query.utf8)) }

    /// The arguments of a command that a page shows, as this program reads them.
    private static func parsed<Command: ParsableCommand>(_ text: String, as type: Command.Type) throws -> Command {
        let words = ShellWords.of(text)
        #expect(words.first == "countersign")
        return try #require(try Countersign.parseAsRoot(Array(words.dropFirst())) as? Command, "\(text)")
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

    @Test(
        "What finds nothing, or says two things at once, is a usage error",
        arguments: [
            ["explain", "--proven", "--not-proven"], ["explain", "K3ZQ7M2A", "--not-proven"],
            ["explain", "K3ZQ7M2A", "--reference", "K3Z"], ["explain", "--reference", "K3"],
            ["explain", "--reference", "K-3"], ["changes", "list", "--subject", "any"],
            ["changes", "list", "--subject", "ship:x"], ["changes", "list", "--subject", ":x"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Countersign.parseAsRoot(arguments) }
    }
}
