import Foundation
import TestSupport
import Testing

@Suite("Long and deeply nested TOML, read by the commands", .ownThreads, .timeLimit(.minutes(10)))
struct TOMLProcessTests {
    /// A TOML file and the errors of the commands that read it.
    struct File: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        /// The error of `serve --check`; `nil` if the file is valid.
        let complaint: String?
        /// The error of `import-wso2`.
        let importComplaint: String?

        /// Makes a file that is nested too deeply.
        static func deep(_ description: String, _ text: String, line: Int = 1) -> File {
            let complaint = ":\(line): more than 16 levels of tables, keys or lists"
            return File(
                testDescription: description, text: text, complaint: complaint, importComplaint: complaint)
        }

        /// Makes a file that the parser refuses at its first mistake.
        static func broken(_ description: String, _ text: String) -> File {
            File(
                testDescription: description, text: text, complaint: ":1: not valid TOML",
                importComplaint: ":1: not valid TOML")
        }

        static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    }

    static let mebibyte = 1_048_576

    static let files: [File] = [
        .init(
            testDescription: "400,000 comments", text: File.repeated("#\n", 400_000), complaint: nil,
            importComplaint: nil),
        .init(
            testDescription: "a comment of 1 MiB", text: "#" + File.repeated("x", mebibyte - 1), complaint: nil,
            importComplaint: nil),
        .init(
            testDescription: "1 MiB of line breaks", text: File.repeated("\n", mebibyte), complaint: nil,
            importComplaint: nil),
        .deep("a key of 10,000 parts", File.repeated("a.", 10_000) + "a = 1"),
        .deep("a key of 50,000 parts", File.repeated("a.", 50_000) + "a = 1"),
        .deep("a table of 20,000 parts", "[" + File.repeated("a.", 20_000) + "a]\nb=1"),
        .deep("a list of tables of 20,000 parts", "\n[[" + File.repeated("a.", 20_000) + "a]]", line: 2),
        .deep("1 MiB of dots", "a" + File.repeated(".", mebibyte - 1)),
        .deep("1 MiB of lists in lists", "a = " + File.repeated("[", mebibyte - 4)),
        .deep("1 MiB of inline tables in inline tables", File.repeated("a={", mebibyte / 3)),
        .deep(
            "1 MiB of alternating lists and inline tables", "a = " + File.repeated("[{a=", mebibyte / 4 - 1)),
        .deep("a long key in an inline table", "a = {" + File.repeated("a.", 50_000) + "a = 1}"),
        .broken("1 MiB of brackets", File.repeated("[", mebibyte)),
        .broken("1 MiB of a key", File.repeated("x", mebibyte)),
        .broken("a string that does not end", "a = \"" + File.repeated("x", mebibyte - 5)),
        .init(
            testDescription: "100,000 unknown keys", text: (0..<100_000).map { "k\($0)=1\n" }.joined(),
            complaint: ":1: k0: unknown key", importComplaint: nil),
        .init(
            testDescription: "100,000 unknown tables", text: (0..<100_000).map { "[t\($0)]\n" }.joined(),
            complaint: ":1: t0: unknown table", importComplaint: nil),
        .init(
            testDescription: "50,000 blocks of one kind", text: File.repeated("[[event_listener]]\n", 50_000),
            complaint: ":1: event_listener.id: is missing", importComplaint: nil),
    ]

    @Test("gets an error that names the file and the line, or none", arguments: files)
    func file(_ file: File) throws {
        let path = TemporaryDirectory().path + ".toml"
        try file.text.write(toFile: path, atomically: true, encoding: .utf8)
        let check = try ServerProcess.run(["serve", "--config", path, "--check"])
        expect(check, path, file.complaint)
        let imported = try ServerProcess.run(["import-wso2", "--deployment", path, "--dry-run"])
        expect(imported, path, file.importComplaint)
    }

    private func expect(
        _ result: (status: Int32, output: String, errors: String), _ path: String, _ complaint: String?
    ) {
        guard let complaint else {
            #expect((result.status, result.errors) == (0, ""))
            return
        }
        #expect(result.status == 2)
        #expect(result.errors.contains(path + complaint), "\(result.errors.prefix(500))")
        // At most 20 mistakes with their allowed values, and the number of the rest.
        #expect(result.errors.utf8.count < 20_000)
        #expect(result.errors.split(separator: "\n").count <= 21)
    }
}
