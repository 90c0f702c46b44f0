import Foundation
import Testing

/// Third-party programs on this machine.
package enum Program {
    /// Returns the path of a program; prints a line and returns `nil` if it is not installed.
    package static func path(_ name: String) -> String? {
        // Debian installs servers in /usr/sbin, which PATH may lack.
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin") + ":/usr/sbin"
        let found = path.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        if found == nil { print("skipped: \(name) is not installed; scripts/system-packages test installs it") }
        return found
    }

    /// The interpreter with the packages of scripts/python-requirements.txt; if not set, `nil` and a printed line.
    package static var python: String? {
        let path = ProcessInfo.processInfo.environment["TEST_PYTHON"]
        if path == nil { print("skipped: TEST_PYTHON is not set; make test sets it") }
        return path
    }

    private static let starting = NSLock()

    /// Starts a program while no other is being started, so that its pipes are its own.
    ///
    /// Foundation hands a child the descriptors that are opened while it starts it. A server that got the end of another program's pipe would
    /// keep the reader of that pipe waiting for as long as it runs, and a test that waits for its own server would wait for ever.
    ///
    /// - Parameter connect: gives the process the pipes that it needs, and returns them.
    package static func start<Pipes>(_ process: Process, _ connect: (Process) -> Pipes) throws -> Pipes {
        _ = killsChildrenAtExit
        starting.lock()
        defer { starting.unlock() }
        let pipes = connect(process)
        try process.run()
        return pipes
    }

    package static func start(_ process: Process) throws { try start(process) { _ in } }

    /// A test that failed can leave a program running. `swift test` waits for all that hold its output, and would never end.
    private static let killsChildrenAtExit: Void = {
        atexit { for child in Program.children { kill(child, SIGKILL) } }
    }()

    /// The children of this process that run.
    private static var children: [pid_t] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return processes.filter { process in
            // The number, the name in parentheses, the state, the parent: proc_pid_stat(5).
            let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            let afterName = status?.split(separator: ")").last?.split(separator: " ")
            return afterName?.dropFirst().first.flatMap { pid_t($0) } == getpid()
        }
    }

    /// Runs a program to its end, without its output.
    ///
    /// - Returns: whether it is installed and succeeded.
    package static func run(_ arguments: [String], in folder: URL? = nil) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do {
            try start(process)
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

extension Process {
    /// Gives the program a new pipe as its standard input; only within `Program.start`, as the pipes below.
    package func pipeInput() -> Pipe {
        let pipe = Pipe()
        standardInput = pipe
        return pipe
    }

    package func pipeOutput() -> Pipe {
        let pipe = Pipe()
        standardOutput = pipe
        return pipe
    }

    package func pipeErrors() -> Pipe {
        let pipe = Pipe()
        standardError = pipe
        return pipe
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, visibly, if a required program is not installed; `scripts/system-packages test` installs them all.
    package static func requires(_ programs: String...) -> Self {
        .enabled(if: programs.allSatisfy { Program.path($0) != nil }, "needs \(programs.joined(separator: " and "))")
    }

    /// Skips a test, visibly, without the interpreter that `make test` sets up.
    package static var requiresPython: Self {
        .enabled(if: Program.python != nil, "needs TEST_PYTHON, which make test sets")
    }
}
