import Foundation
import TestSupport

/// `openssl s_client` with TLS versions and cipher suites chosen by a test.
enum TLSClient {
    /// The result of a handshake.
    struct Handshake {
        let succeeded: Bool
        let text: String
    }

    /// Performs a handshake with options of `s_client`, such as `-tls1_2`, and disconnects.
    static func handshake(_ openssl: String, port: Int, _ options: [String] = []) throws -> Handshake {
        let result = try ServerProcess.run(
            openssl, ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"] + options, input: "")
        return Handshake(
            succeeded: result.output.contains("BEGIN CERTIFICATE") && !result.output.contains("Cipher is (NONE)"),
            text: result.output + result.errors)
    }
}

/// A TLS connection that stays open.
final class TLSConnection {
    private let process = Process()
    private let input, output: Pipe
    private var pending: [UInt8] = []

    init(_ openssl: String, port: Int) throws {
        process.executableURL = URL(fileURLWithPath: openssl)
        process.arguments = ["s_client", "-quiet", "-connect", "127.0.0.1:\(port)"]
        process.standardError = FileHandle.nullDevice
        (input, output) = try Program.start(process) { ($0.pipeInput(), $0.pipeOutput()) }
    }

    /// Sends a request and returns its answer.
    func answer(to request: String) throws -> RawAnswer {
        try input.fileHandleForWriting.write(contentsOf: Data(request.utf8))
        while true {
            if let (answer, length) = RawAnswer.first(in: pending[...]) {
                pending.removeFirst(length)
                return answer
            }
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw TestFailure("closed before an answer") }
            pending += data
        }
    }

    /// Stops the program with SIGKILL, because a child may inherit blocked signals.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
