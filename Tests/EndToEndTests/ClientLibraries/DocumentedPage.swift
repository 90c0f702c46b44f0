import CountersignJOSE
import Foundation
import TestSupport
import Testing

/// A page of docs that a person follows: its blocks are typed into one shell on a terminal, or saved, in a folder of their own.
///
/// A class, because the shell and its variables live from one block to the next.
final class DocumentedPage {
    let name: String
    let folder = TemporaryDirectory().path
    /// Where servers of the page listen, in place of 127.0.0.1:9443.
    let port: Int
    /// The names of the blocks that were used, in order.
    private(set) var used: [String] = []
    private let shell: PseudoTerminal
    private var typed = 0

    /// - Parameter name: of the file in docs.
    init(_ name: String) throws {
        self.name = name
        try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
        port = try Program.freePort()
        guard let setsid = Program.path("setsid") else { throw TestFailure("no setsid") }
        // A shell whose output goes elsewhere at first prints no prompts and does not edit lines.
        shell = try PseudoTerminal(
            setsid, ["--wait", "--ctty", "env"] + Self.environment(folder) + ["sh", "-c", "exec sh >/dev/null 2>&1"])
        _ = try type("exec >/dev/tty 2>&1\nstty -echo -onlcr\ntrap : INT\nset -eu")
    }

    var issuer: String { "http://127.0.0.1:\(port)" }

    /// Arguments of `env`: the folder, with the binary, the programs of `bin` and the tests' Python in the path.
    private static func environment(_ folder: String) -> [String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let python = ProcessInfo.processInfo.environment["TEST_PYTHON"].map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().path
        }
        let folders =
            [folder + "/bin", ServerProcess.binary.deletingLastPathComponent().path] + (python.map { [$0] } ?? [])
        return ["-C", folder, "PATH=\((folders + [path]).joined(separator: ":"))"]
    }

    // MARK: Blocks

    /// Returns the source of a block, with the test's issuer in place of the page's.
    ///
    /// - Parameter changes: what the page leaves to the reader, and what the reader would write.
    func source(_ name: String, _ changes: [String: String] = [:]) throws -> String {
        used.append(name)
        let source = try DocumentedBlock.source(name, of: self.name, issuer: issuer)
        return try changes.reduce(source) { source, change in
            guard source.contains(change.key) else { throw TestFailure("\(name) has no \(change.key)") }
            return source.replacingOccurrences(of: change.key, with: change.value)
        }
    }

    /// Types a block into the shell.
    ///
    /// - Parameter answers: what is typed when a text is shown.
    /// - Returns: what it printed.
    /// - Throws: `TestFailure` if one of its commands fails.
    @discardableResult
    func run(
        _ name: String, _ changes: [String: String] = [:], answering answers: [(String, String)] = []
    ) throws -> String {
        try type(try source(name, changes), answering: answers)
    }

    /// Types a block into the shell, and reads the JSON object that it prints.
    func object(_ name: String, _ changes: [String: String] = [:]) throws -> JSONObject {
        let output = try run(name, changes)
        guard let start = output.firstRange(of: "{\"")?.lowerBound, let end = output.lastIndex(of: "}") else {
            throw TestFailure("\(name) prints no object: \(output)")
        }
        return try JSONObject(parsing: Array(output[start...end].utf8))
    }

    /// Types a block whose last command runs until Ctrl-C.
    ///
    /// - Parameters:
    ///   - text: what it shows once it is ready.
    ///   - meanwhile: what is done while it runs, with what it has shown before that text.
    /// - Returns: what that returns.
    func run<Result>(
        _ name: String, _ changes: [String: String] = [:], until text: String,
        _ meanwhile: (String) async throws -> Result
    ) async throws -> Result {
        let end = begin(try source(name, changes))
        let result = try await meanwhile(try shell.waits(for: text))
        shell.type("\u{3}")
        try shell.waits(for: end)
        return result
    }

    /// Saves a block under its name.
    func save(_ name: String, _ changes: [String: String] = [:]) throws {
        try source(name, changes).write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }

    /// Runs a block that starts a server, as in a terminal of its own.
    func serve(_ name: String) throws -> ServerProcess {
        try serve(command: try source(name).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Starts a server whose data is in `countersign-data`, with a command that is not in the page.
    func serve(command: String) throws -> ServerProcess {
        let file = folder + "/log"
        if !FileManager.default.fileExists(atPath: file) { try Data().write(to: URL(fileURLWithPath: file)) }
        let log = try FileHandle(forUpdating: URL(fileURLWithPath: file))
        try log.seekToEnd()
        return try ServerProcess(
            directory: folder + "/countersign-data",
            command: ["/usr/bin/env"] + Self.environment(folder) + [
                "sh", "-c", "exec \(command) --listen 127.0.0.1:\(port)",
            ],
            log: log)
    }

    /// Runs a block that starts a program, as in a terminal of its own, which goes on until it is stopped.
    ///
    /// - Parameter output: the file in the folder for what it prints.
    func start(_ name: String, _ changes: [String: String] = [:], output: String = "/dev/null") throws -> RunningProgram
    {
        guard let python = Program.python else { throw TestFailure("no TEST_PYTHON") }
        let command = try source(name, changes).trimmingCharacters(in: .whitespacesAndNewlines)
        return try RunningProgram(
            python,
            Program.unblocking + ["/usr/bin/env"] + Self.environment(folder) + [
                "PYTHONUNBUFFERED=1", "sh", "-c", "exec \(command) > \(output)",
            ],
            in: folder)
    }

    /// Types commands that are not in the page, and waits for their end.
    func type(_ commands: String, answering answers: [(String, String)] = []) throws -> String {
        let end = begin(commands)
        for (question, answer) in answers {
            try shell.waits(for: question)
            shell.type(answer + "\n")
        }
        return try shell.waits(for: end)
    }

    /// Types commands that print a line at their end, and returns that line.
    ///
    /// They are a group, which the shell reads as a whole: a question for a password discards what was typed before it.
    private func begin(_ commands: String) -> String {
        typed += 1
        // Calculated, so that an echo of the line is not taken for the end.
        shell.type("{\n\(commands)\necho \"<$((\(typed) + 1000)) commands>\"\n}\n")
        return "<\(typed + 1000) commands>"
    }

    /// Ends the shell and what runs in it, and removes the folder.
    func remove() {
        shell.type("\u{3}exit\n")
        _ = shell.readToEnd()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
