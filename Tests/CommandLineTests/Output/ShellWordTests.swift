import Foundation
import TestSupport
import Testing

@testable import Administration
@testable import CLI

@Suite("A quoted shell word", .ownThreads)
struct ShellWordTests {
    static let words = [
        "billing", "nwU59qy9AsDqftmwLcfmkvOhvuYa", "", "old ERP", "it's", "$(touch /tmp/x)", "`id`", "a;b", "-x",
        "café",
        "a\\b", "\"", "*", "~", "a\nb", "\u{1B}[31m", "\u{202E}gro.elpmaxe", "\u{9B}31m7", "'\u{7}9",
        "a'\u{301};id;'", "100%\n%s", "a!b\n\"$HOME\"", "\n", "a\n\nb", "\t", "-\u{200B}x", "日本語", "$'a'", "=ls", "a=b",
    ]

    @Test(
        "is unchanged by the shell and contains no invisible characters", arguments: words + ["a\n"],
        ["/bin/bash", "/bin/sh"])
    func roundTrip(_ word: String, _ shell: String) throws {
        let quoted = ShellCommand.word(word)
        #expect(VisibleText.of(quoted) == quoted)
        let process = Process()
        // See `ShellCommand`: dash cannot read a line break at the end.
        if word.hasSuffix("\n"), shell == "/bin/sh" { return }
        process.executableURL = URL(fileURLWithPath: shell)
        process.arguments = ["-c", "printf %s \(quoted)"]
        let output = try Program.start(process) { $0.pipeOutput() }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(Array(bytes) == Array(word.utf8), "\(quoted)")
    }

    @Test(
        "has quotes only where required",
        arguments: [("a-b_c.d/e:1", "a-b_c.d/e:1"), ("--id=x", "--id=x"), ("a b", "'a b'")])
    func plain(_ word: String, _ quoted: String) {
        #expect(ShellCommand.word(word) == quoted)
    }
}
