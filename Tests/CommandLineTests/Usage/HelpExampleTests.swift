import ArgumentParser
import TestSupport
import Testing

@testable import CLI

@Suite("Examples in the help, on a terminal of 80 columns", .ownThreads)
struct HelpExampleTests {
    /// A command without subcommands, identified by its path below `countersign`.
    struct Command: Sendable, CustomTestStringConvertible {
        let path: [String]
        var testDescription: String { path.joined(separator: " ") }

        /// The help as printed.
        var help: String {
            do {
                // ArgumentParser returns an internal command that prints the help by throwing it.
                var command = try Countersign.parseAsRoot(path + ["--help"])
                try command.run()
                return ""
            } catch {
                return Countersign.fullMessage(for: error, columns: 80)
            }
        }

        /// The examples, with lines joined that end in a backslash.
        var examples: [String] {
            var lines: [String] = []
            for line in help.split(separator: "\n", omittingEmptySubsequences: false).drop(while: { $0 != "EXAMPLES" })
            {
                if line.hasPrefix("  countersign ") {
                    lines.append(String(line.dropFirst(2)))
                } else if let last = lines.last, last.hasSuffix("\\") {
                    lines[lines.count - 1] = String(last.dropLast()) + String(line)
                } else if line.isEmpty {
                    break
                } else if line != "EXAMPLES" {
                    Issue.record("a line that is neither an example nor the rest of one: \(line)")
                }
            }
            return lines
        }

        static let all: [Command] = {
            func leaves(_ tree: CommandTree, _ path: [String]) -> [Command] {
                tree.commands.isEmpty
                    ? [Command(path: path)] : tree.commands.flatMap { leaves($0, path + [$0.commandName]) }
            }
            return CommandTree.root.map { [Command(path: [])] + leaves($0, []) } ?? []
        }()
    }

    @Test("All commands are found")
    func commands() {
        #expect(Command.all.count > 20)
    }

    @Test("Every command has an example, and each example parses as that command", arguments: Command.all)
    func example(_ command: Command) throws {
        #expect(!command.examples.isEmpty)
        for example in command.examples {
            let words = ShellWords.of(example)
            #expect(words.first == "countersign")
            #expect(words.dropFirst().starts(with: command.path), "\(example)")
            #expect(throws: Never.self, "\(example)") { try Countersign.parseAsRoot(Array(words.dropFirst())) }
        }
    }
}

/// A splitter of simple commands into words like a POSIX shell's, up to a pipe or a redirection.
enum ShellWords {
    static func of(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            switch (quote, character) {
            case (.some(let open), _) where open == character: quote = nil
            case (.some, _): word = (word ?? "") + String(character)
            case (nil, "'"), (nil, "\""): (quote, word) = (character, word ?? "")
            case (nil, "|"), (nil, "<"): return words
            case (nil, " "):
                if let whole = word { words.append(whole) }
                word = nil
            case (nil, _): word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }
}
