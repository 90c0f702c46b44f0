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
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
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
