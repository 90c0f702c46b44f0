import Foundation
import TestSupport

/// The real binary, started as an operator would start it.
final class ServerProcess {
    let directory: String
    /// The address that the server printed at startup.
    private(set) var baseURL = ""
    /// What the server printed at startup.
    private(set) var startMessage = ""
    private var process = Process()
    private let command: [String]
    private let environment: [String: String]
    private let log: FileHandle?

    /// The binary beside the test bundle, or the one that `TEST_BINARY` names.
    static let binary =
        ProcessInfo.processInfo.environment["TEST_BINARY"].map { URL(fileURLWithPath: $0) }
        ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("countersign")

    /// - Parameters:
    ///   - arguments: arguments of `serve` besides the data directory and a free port.
    ///   - environment: variables added to those of the tests.
    ///   - launcher: a program and its arguments that become the server with `exec`, such as a shell that sets limits first.
    ///   - log: takes what the server writes to standard error, in place of the tests' own.
    convenience init(
        directory: String = TemporaryDirectory().path, arguments: [String] = [],
        environment: [String: String] = [:], launcher: [String] = [], log: FileHandle? = nil
    ) throws {
        let serve = [Self.binary.path, "serve", "--data", directory, "--listen", "127.0.0.1:0"]
        try self.init(
            directory: directory, command: launcher + serve + arguments, environment: environment, log: log)
    }

    /// - Parameter command: a program and its arguments that start the server with its data in the directory.
    init(
        directory: String, command: [String], environment: [String: String] = [:], log: FileHandle? = nil
    ) throws {
        self.directory = directory
        self.command = command
        self.environment = environment
        self.log = log
        try start()
    }

    func start() throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = log ?? FileHandle.standardError
        let output = try Program.start(process) { $0.pipeOutput() }
        // The server prints its address once it listens, and how to stop it in the last line, which may come later.
        var printed = ""
        while true {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw TestFailure("the server ended before it listened: \(printed)") }
            printed += String(decoding: data, as: UTF8.self)
            if let match = printed.firstMatch(of: /https?:\/\/127\.0\.0\.1:\d+/),
                printed.hasSuffix("stops the server.\n")
            {
                baseURL = String(match.output)
                startMessage = printed
                break
            }
        }
        // Further output is drained so that it cannot fill the pipe. By a thread: on Linux, libdispatch can crash when the source of a
        // `readabilityHandler` ends while its event is being handled.
        let reading = output.fileHandleForReading
        Thread.detachNewThread {
            while !reading.availableData.isEmpty {}
        }
    }

    var processIdentifier: Int32 { process.processIdentifier }

    /// Kills the server as a power cut would: nothing is flushed or closed.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Sends SIGTERM as an operator would, and returns the exit status.
    func terminate() -> Int32 {
        process.terminate()
        return waitForExit()
    }

    /// Waits for the server to exit, and returns its exit status.
    func waitForExit() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    func remove() {
        // A test that failed may have left it running, and would be waited for by those who read its output.
        if process.isRunning { kill() }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Runs the binary and waits for it.
    @discardableResult
    static func run(
        _ arguments: [String], input: String? = nil
    ) throws -> (status: Int32, output: String, errors: String) {
        try run(binary.path, arguments, input: input)
    }

    /// Runs any program and waits for it.
    @discardableResult
    static func run(
        _ program: String, _ arguments: [String], input: String? = nil
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let (pipe, output, errors) = try Program.start(process) {
            (input == nil ? nil : $0.pipeInput(), $0.pipeOutput(), $0.pipeErrors())
        }
        if let input, let pipe {
            pipe.fileHandleForWriting.write(Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        }
        // Output is read first, so errors must fit into their pipe's buffer or the program would block.
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let errorText = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: text, as: UTF8.self), String(decoding: errorText, as: UTF8.self)
        )
    }
}
