import Foundation
import TestSupport
import Testing

/// A server process as seen by the tests of a suite.
struct ServerUnderTest: Sendable {
    let port: Int
    let baseURL: String
    let processIdentifier: Int32
    /// Contains the data directory `data`, standard error in `log`, and the TLS files.
    let folder: String

    /// The server of the running suite.
    @TaskLocal static var current: ServerUnderTest?

    static func shared() throws -> ServerUnderTest {
        guard let current else { throw TestFailure("the suite has no server") }
        return current
    }

    var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }
    var dataDirectory: String { folder + "/data" }

    func wire(receiveBuffer: Int32? = nil) throws -> Wire { try Wire(port: port, receiveBuffer: receiveBuffer) }

    /// Sends bytes on a new connection and reads until it closes; `finishes` half-closes it after the bytes.
    func answers(to bytes: [UInt8], finishes: Bool = false, toHEAD: Bool = false) throws -> [RawAnswer] {
        let wire = try wire()
        wire.send(bytes)
        if finishes { wire.finishSending() }
        return try wire.answersToEnd(toHEAD: toHEAD)
    }

    func answers(to text: String, finishes: Bool = false, toHEAD: Bool = false) throws -> [RawAnswer] {
        try answers(to: Array(text.utf8), finishes: finishes, toHEAD: toHEAD)
    }

    /// Expects another request to be answered.
    func servesOthers(sourceLocation: SourceLocation = #_sourceLocation) throws {
        // With timeouts of a second, a busy machine may be too slow to send a request, so this retries.
        for _ in 0..<5 {
            if try answers(to: Requests.live, finishes: true).map(\.status) == [200] { return }
        }
        Issue.record("others are not served", sourceLocation: sourceLocation)
    }

    /// Starts a server, runs the body, and kills the server in any case.
    ///
    /// - Parameters:
    ///   - settings: lines of the table `[server]`.
    ///   - hardLimit: the limit of open files.
    static func run<Value>(
        _ settings: String = "", tls: Bool = false, isRSA: Bool = false, arguments: [String] = [],
        hardLimit: Int? = nil,
        _ body: (ServerUnderTest, ServerProcess) async throws -> Value
    ) async throws -> Value {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "[server]\n\(settings)\n".write(toFile: folder + "/server.toml", atomically: true, encoding: .utf8)
        var arguments = arguments + ["--config", folder + "/server.toml"]
        if tls {
            try TLSIdentity.make("localhost", isRSA: isRSA).write(to: folder)
            arguments += ["--tls-certificate", folder + "/tls.pem", "--tls-key", folder + "/tls.key"]
        }
        try Data().write(to: URL(fileURLWithPath: folder + "/log"))
        let launcher = hardLimit.map { ["/bin/sh", "-c", "ulimit -n \($0) && exec \"$@\"", "sh"] } ?? []
        let process = try ServerProcess(
            directory: folder + "/data", arguments: arguments, launcher: launcher,
            log: FileHandle(forWritingAtPath: folder + "/log"))
        defer { process.kill() }
        guard let port = process.baseURL.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw TestFailure("no port in \(process.baseURL)")
        }
        let server = ServerUnderTest(
            port: port, baseURL: process.baseURL, processIdentifier: process.processIdentifier, folder: folder)
        return try await body(server, process)
    }
}

/// A trait that gives a suite one server for all its tests.
struct SharedServer: SuiteTrait, TestScoping {
    let settings: String
    let tls: Bool

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await ServerUnderTest.run(settings, tls: tls) { server, _ in
            try await ServerUnderTest.$current.withValue(server) { try await function() }
            #expect(kill(server.processIdentifier, 0) == 0, "the server is still running")
        }
    }
}

extension Trait where Self == SharedServer {
    /// - Parameter settings: lines of the table `[server]`.
    static func server(_ settings: String = "", tls: Bool = false) -> SharedServer {
        SharedServer(settings: settings, tls: tls)
    }
}
