import Foundation
import TestSupport
import Testing

@Suite("Metrics, on the real process", .ownThreads, .serialized)
struct MetricsProcessTests {
    /// A server with one client.
    private struct Setting {
        let server: ServerProcess
        let key: String
        /// The URL in the start message.
        let metrics: String

        init() throws {
            let folder = TemporaryDirectory().path
            server = try ServerProcess.start(configuration: "", in: folder)
            key = folder + "/client.pem"
            try ServerProcessTests.expectSuccess(["keygen", "--alg", "ES256", "--out", key])
            try ServerProcessTests.expectSuccess([
                "client", "add", "--id", "billing", "--scope", "read", "--jwks", folder + "/client.jwks.json", "--data",
                server.directory,
            ])
            let found = try #require(server.startMessage.firstMatch(of: /metrics (http:\/\/127\.0\.0\.1:\d+\/metrics)/))
            metrics = String(found.1)
        }

        func run(_ program: String, _ arguments: [String]) throws {
            let python = try #require(Program.python)
            let path = MetricsProcessTests.folder.appendingPathComponent("Programs/\(program)").path
            let result = try ServerProcess.run(
                python, ["-W", "ignore", path, metrics, server.baseURL, key] + arguments)
            for failure in result.output.components(separatedBy: "FAILED: ").dropFirst() { Issue.record("\(failure)") }
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let deploy = folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("deploy").path

    @Test(
        "Prometheus' own parser reads them in both formats; a refusal counts once; no caller can add a series; only the management address has them",
        .enabled(if: Program.python != nil))
    func parsed() throws {
        let setting = try Setting()
        try setting.run("metrics_walk.py", [])
        #expect(setting.server.terminate() == 0)
        setting.server.remove()
    }

    @Test(
        "A real Prometheus answers every query of the dashboard and of the alerts",
        .enabled(if: Program.python != nil && Program.path("prometheus") != nil && Program.path("promtool") != nil))
    func prometheus() throws {
        let setting = try Setting()
        try setting.run(
            "prometheus_walk.py",
            [
                Self.deploy, setting.server.directory + "/prometheus", ServerProcess.binary.path,
                setting.server.directory,
            ])
        #expect(setting.server.terminate() == 0)
        setting.server.remove()
    }

    @Test("A chosen address that is taken is an error, and off means none")
    func taken() throws {
        let setting = try Setting()
        let taken = String(try #require(setting.metrics.firstMatch(of: /127\.0\.0\.1:\d+/)).0)
        let refused = try ServerProcess.run([
            "serve", "--data", setting.server.directory + "/other", "--listen", "127.0.0.1:0", "--config",
            try Self.file("[management]\nlisten = \"\(taken)\"\n", in: setting.server.directory),
        ])
        #expect(refused.status != 0)
        #expect(refused.errors.contains("cannot listen on \(taken): another process does"))
        #expect(refused.errors.contains("management.listen"))

        let off = try ServerProcess(arguments: [
            "--config", try Self.file("[management]\nlisten = \"off\"\n", in: setting.server.directory),
        ])
        #expect(!off.startMessage.contains("/metrics"))
        #expect(off.terminate() == 0)
        off.remove()
        #expect(setting.server.terminate() == 0)
        setting.server.remove()
    }

    @Test("Of two servers the second has no metrics at the default address and says so")
    func takenDefault() throws {
        func start() throws -> (server: ServerProcess, log: String) {
            let folder = TemporaryDirectory().path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let log = folder + "/log"
            try Data().write(to: URL(fileURLWithPath: log))
            let command = [
                ServerProcess.binary.path, "serve", "--data", folder + "/data", "--listen",
                "127.0.0.1:\(try Program.freePort())",
            ]
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: log))
            return (try ServerProcess(directory: folder, command: command, log: handle), log)
        }
        // Unless another server of this machine has the address, the first one does.
        let (first, _) = try start()
        let (second, log) = try start()
        #expect(!second.startMessage.contains("/metrics"))
        #expect(
            try String(contentsOfFile: log, encoding: .utf8)
                .contains("127.0.0.1:9464: another process does. Metrics are off until another address is set"))
        for server in [first, second] {
            #expect(server.terminate() == 0)
            server.remove()
        }
    }

    private static func file(_ text: String, in folder: String) throws -> String {
        let path = folder + "/management.toml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
