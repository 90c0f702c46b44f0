import Testing

@testable import CLI

@Suite("Mistakes in a configuration file")
struct FileErrorsTests {
    private static func mistake(_ line: Int?) -> ConfigurationError {
        ConfigurationError(.file("c.toml", line: line), key: "k", "unknown key")
    }

    @Test(
        "The first 20 mistakes are reported in file order, with the number of the others",
        arguments: [0, 1, 20, 21, 5000])
    func bounded(_ count: Int) {
        var mistakes = FileErrors()
        for line in (0..<count).reversed() { mistakes.add(at: .file("c.toml", line: line), Self.mistake(line)) }
        let errors = mistakes.errors(in: "c.toml")
        #expect(errors.prefix(20).map(\.origin.line) == (0..<min(20, count)).map { $0 })
        #expect(
            errors.dropFirst(20).map(\.problem) == (count > 20 ? ["and \(count - 20) more mistakes like these"] : []))
    }

    @Test("The number of other mistakes comes last, whatever other problems there are")
    func countIsLast() {
        var mistakes = FileErrors()
        for line in 0..<30 { mistakes.add(at: .file("c.toml", line: line), Self.mistake(line)) }
        var problems = ErrorCollector()
        for error in mistakes.errors(in: "c.toml") { problems.add(error) }
        problems.add(ConfigurationError(.environment("V"), key: "", "unknown variable"))
        problems.add(Self.mistake(nil))
        let error = #expect(throws: ConfigurationError.self) { try problems.check() }
        #expect(error?.sentences.first == "V: unknown variable.")
        #expect(error?.sentences.last == "c.toml: and 10 more mistakes like these.")
    }

    @Test("A key of 100,000 characters is truncated")
    func long() {
        let key = String(repeating: "k", count: 100_000)
        let error = ConfigurationError(.file("c.toml", line: 1), key: key, "unknown key")
        #expect(ErrorLine.text(for: error).count < 300)
    }

    @Test("A mistake without a known line comes last")
    func withoutLine() {
        var mistakes = FileErrors()
        for line in [nil, 7, nil, 3] { mistakes.add(at: .file("c.toml", line: line), Self.mistake(line)) }
        #expect(mistakes.errors(in: "c.toml").map(\.origin.line) == [3, 7, nil, nil])
    }

    @Test("No message is built for a mistake that is not reported")
    func lazy() {
        final class Count { var made = 0 }
        let count = Count()
        func mistake(_ line: Int) -> ConfigurationError {
            count.made += 1
            return Self.mistake(line)
        }
        var mistakes = FileErrors()
        for line in 0..<1000 { mistakes.add(at: .file("c.toml", line: line), mistake(line)) }
        #expect(mistakes.errors(in: "c.toml").count == FileErrors.maximumReported + 1)
        #expect(count.made == FileErrors.maximumReported)
    }
}
