import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("countersign doctor as a process", .ownThreads, .serialized)
struct DoctorProcessTests {
    private static func finding(_ grade: String, _ check: String, in report: String) throws -> Bool {
        let object = try JSONObject(parsing: Array(report.dropLast().utf8))
        guard case .array(let findings)? = object["findings"] else { return false }
        return findings.contains { finding in
            guard case .object(let finding) = finding else { return false }
            return finding.string("grade")?.text == grade && finding.string("check")?.text == check
        }
    }

    @Test("The exit status is 1 with a problem, and otherwise 0, even with warnings")
    func status() throws {
        let directory = TemporaryDirectory().path
        func doctor(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
            try ServerProcess.run(["doctor", "--data", directory] + arguments)
        }
        #expect(try doctor().status == 1, "There is no store.")
        try ServerProcessTests.expectSuccess(["keygen", "--out", directory + ".pem"])
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "billing", "--name", "Billing", "--jwks", directory + ".jwks.json", "--data",
            directory,
        ])
        let healthy = try doctor()
        #expect(healthy.status == 0)
        #expect(healthy.output.hasSuffix("All is well.\n"), "\(healthy.output)")

        try ServerProcessTests.expectSuccess(["client", "edit", "billing", "--allow-reuse", "--data", directory])
        chmod(directory, 0o755)
        let warned = try doctor("--json")
        #expect(warned.status == 0)
        #expect(try Self.finding("warning", "strictness", in: warned.output))
        #expect(try Self.finding("warning", "files", in: warned.output))

        try ServerProcessTests.expectSuccess(["client", "add", "--id", "bare", "--name", "Bare", "--data", directory])
        let ill = try doctor("--json")
        #expect(ill.status == 1)
        #expect(try Self.finding("problem", "keys", in: ill.output))
        for name in [".pem", ".jwks.json"] { try FileManager.default.removeItem(atPath: directory + name) }
    }

    @Test("A certificate that expires within a week is reported with a remedy")
    func certificate() throws {
        let directory = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        chmod(directory, 0o700)
        guard let java = JavaKeys(in: directory) else { return }
        try java.makeKey("billing", in: "client.jks", days: 5)
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "billing", "--name", "Billing", "--data", directory,
        ])
        let imported = try ServerProcess.run(
            ["keystore", "import", java.path("client.jks"), "--password-stdin", "--data", directory],
            input: JavaKeys.password)
        #expect(imported.status == 0)
        #expect(imported.output.contains("expires in"))
        let report = try ServerProcess.run(["doctor", "--data", directory])
        #expect(report.status == 0)
        #expect(
            report.output.contains(/warning +The certificate CN=billing .* expires in [0-9]+ days/), "\(report.output)"
        )
        #expect(report.output.contains("To do: countersign keystore import FILE --alias billing --replace"))
    }
}
