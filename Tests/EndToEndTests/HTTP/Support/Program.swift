import Foundation
import TestSupport

extension Program {
    /// Returns the path of a source file in `Programs`.
    static func source(_ name: String) -> String { tests.appendingPathComponent("HTTP/Programs/\(name)").path }

    /// Returns the path of a program beside the tests of client libraries.
    static func libraryHelper(_ name: String) -> String {
        tests.appendingPathComponent("ClientLibraries/Programs/\(name)").path
    }

    /// Arguments of `python`: it becomes the program of the further arguments, without the signals that the tests' threads block, which a
    /// child inherits. Otherwise that program could not be stopped.
    static let unblocking = [
        "-c",
        "import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execv(sys.argv[1], sys.argv[1:])",
    ]

    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Returns a loopback port that was free a moment ago.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard port else { throw TestFailure("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// A program that runs for the duration of a test.
final class RunningProgram {
    private let process = Process()

    init(_ program: String, _ arguments: [String], in folder: String) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Program.start(process)
    }

    /// Waits until a port accepts connections.
    func listens(on port: Int) async throws {
        while (try? Wire(port: port)) == nil {
            guard process.isRunning else { throw TestFailure("it ended with \(process.terminationStatus)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}
