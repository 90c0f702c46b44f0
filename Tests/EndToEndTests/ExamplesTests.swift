import Foundation
import TestSupport
import Testing

@Suite("The programs in Examples/", .ownThreads)
struct ExamplesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func run(_ example: String, _ arguments: String...) throws -> String {
        let program = ServerProcess.binary.deletingLastPathComponent().appendingPathComponent(example).path
        let result = try ServerProcess.run(program, arguments)
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }

    @Test("sign an assertion with a key from a file, verify it once, and refuse it the second time")
    func signAndVerify() throws {
        try KeyBench.run { bench in
            let assertion = try run("SignAssertion", "billing", bench.path("key.pem")).trimmingCharacters(in: .newlines)
            let output = try run("VerifyAssertion", "billing", bench.text("keys.json"), assertion)
            let lines = output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("billing signed it with the key ") == true)
            #expect(lines.dropFirst() == ["refused: replayed"])
        }
    }

    @Test("fetch a token from a running server, and use it twice")
    func fetchToken() throws {
        try KeyBench.run { bench in
            let server = try ServerProcess()
            defer {
                _ = server.terminate()
                server.remove()
            }
            let added = try ServerProcess.run([
                "client", "add", "--id", "billing", "--name", "Billing", "--scope", "invoices.read", "--jwks",
                bench.path("keys.json"),
                "--data", server.directory,
            ])
            #expect(added.status == 0, "\(added.errors)")
            #expect(
                try run("FetchToken", server.baseURL, "billing", bench.path("key.pem")) == "one token for two calls\n")
        }
    }

    /// Built by `make test`: Hummingbird is not a dependency of the package.
    private static let route = root.appendingPathComponent("Examples/TokenRoute/.build/debug/TokenRoute").path

    @Test(
        "protect a Hummingbird route, which accepts an assertion once",
        .enabled(if: FileManager.default.isExecutableFile(atPath: route)))
    func hummingbird() throws {
        try KeyBench.run { bench in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Self.route)
            process.arguments = ["billing", bench.path("keys.json")]
            let output = try Program.start(process) {
                let pipe = $0.pipeOutput()
                $0.standardError = pipe
                return pipe
            }
            defer {
                process.terminate()
                process.waitUntilExit()
            }
            // Hummingbird logs its address once it listens.
            var printed = ""
            while printed.firstMatch(of: /listening on 127\.0\.0\.1:\d+\n/) == nil {
                let data = output.fileHandleForReading.availableData
                guard !data.isEmpty else { throw TestFailure("the route ended before it listened: \(printed)") }
                printed += String(decoding: data, as: UTF8.self)
            }
            let port = try #require(printed.firstMatch(of: /listening on 127\.0\.0\.1:(\d+)\n/)).output.1
            let assertion = try run("SignAssertion", "billing", bench.path("key.pem")).trimmingCharacters(in: .newlines)
            func post() throws -> String {
                try ServerProcess.run(
                    "/usr/bin/curl",
                    [
                        "-s", "-w", "%{http_code}", "--data-urlencode", "client_assertion=\(assertion)",
                        "http://127.0.0.1:\(port)/token",
                    ]
                ).output
            }
            #expect(try post() == "hello, billing\n200")
            #expect(try post().hasSuffix("401"))
        }
    }

    private static let resolved = root.appendingPathComponent("Examples/TokenRoute/Package.resolved")

    @Test(
        "resolve none of the server's packages without traits",
        .enabled(if: FileManager.default.fileExists(atPath: resolved.path)))
    func traits() throws {
        let text = try String(contentsOf: Self.resolved, encoding: .utf8)
        #expect(text.contains(#""swift-crypto""#))
        for package in ["grdb.swift", "tomlkit", "swift-argument-parser"] {
            #expect(!text.contains("\"\(package)\""), "\(package)")
        }
    }

    @Test("contain every Swift block of docs/embed.md, line by line")
    func documented() throws {
        let files = [
            "VerifyAssertion/main.swift", "SignAssertion/main.swift", "FetchToken/main.swift",
            "TokenRoute/Package.swift", "TokenRoute/Sources/main.swift",
        ]
        let sources = try files.map { file in
            lines(try String(contentsOf: Self.root.appendingPathComponent("Examples/" + file), encoding: .utf8))
        }
        let page = try String(contentsOf: Self.root.appendingPathComponent("docs/embed.md"), encoding: .utf8)
        let blocks = page.components(separatedBy: "```swift\n").dropFirst().map {
            lines($0.components(separatedBy: "```")[0])
        }
        #expect(blocks.count >= 5)
        for block in blocks {
            #expect(sources.contains { $0.contains(block) }, "\(block.joined(separator: "\n"))")
        }
    }

    /// Splits into lines without indentation. The page names the package by URL, the example by path.
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            line.trimmingCharacters(in: .whitespaces).replacing(
                #".package(url: "https://git.example.com/countersign", from: "1.0.0""#,
                with: #".package(name: "countersign", path: "../..""#)
        }
    }
}
