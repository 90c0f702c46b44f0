import TestSupport
import Testing

@Suite(
    "Key servers in private networks, and the server as a process", .ownThreads, .serialized, .requiresOwnNetwork,
    .requires("nginx", "curl"), .timeLimit(.minutes(5)))
struct PrivateNetworkTests {
    private static let url = "https://keys.internal:\(KeyNetwork.port)/jwks"

    /// Settings, and whether they allow the key server at 10.20.0.5.
    private static let cases: [(String, Bool)] = [
        ("", false), (#"allowed_networks = ["10.20.0.0/16"]"#, true), (#"allowed_hosts = ["keys.internal"]"#, true),
        (#"allowed_hosts = ["*.internal"]"#, true), (#"allowed_networks = ["10.30.0.0/16"]"#, false),
        (#"allowed_hosts = ["other.internal", "*.keys.internal"]"#, false),
    ]

    @Test("are contacted only if a setting names their network or their host", arguments: cases)
    func settings(_ lines: String, _ isRead: Bool) throws {
        let bench = try KeyNetwork()
        defer { bench.stop() }
        try bench.register(url: Self.url)
        let answer = try bench.token("billing", lines)
        #expect(answer.status == (isRead ? 200 : 401), "\(answer.reason) \(answer.log)")
        #expect(bench.requests == (isRead ? ["10.20.0.5 /jwks"] : []))
        guard !isRead else { return }
        // The operator is told which setting to change; the caller is not.
        let remedy = "'allowed_networks' or the host in 'allowed_hosts' under [remote_keys]"
        #expect(answer.reason.contains("leads to 10.20.0.5, a private address"), "\(answer.reason)")
        let shown = try ServerProcess.run(["client", "show", "billing", "--data", bench.directory])
        let doctor = try ServerProcess.run(["doctor", "--data", bench.directory])
        for text in [answer.reason, answer.log, shown.output, doctor.output] {
            #expect(text.replacing("\n", with: " ").replacing(#/ +/#, with: " ").contains(remedy), "\(text)")
        }
        for secret in ["allowed_", "10.20", "private", "remote_keys", "keys.internal"] {
            #expect(!answer.body.contains(secret))
        }
    }

    @Test("at a metadata address, or in an unlisted network, are never contacted")
    func never() throws {
        let bench = try KeyNetwork()
        defer { bench.stop() }
        try bench.register("sly", url: "https://sly.internal:\(KeyNetwork.port)/jwks")
        try bench.register("other", url: "https://other.internal:\(KeyNetwork.port)/jwks")
        let settings = """
            allowed_networks = ["10.20.0.0/16"]
            allowed_hosts = ["sly.internal"]
            """
        let sly = try bench.token("sly", settings)
        #expect(sly.status == 401)
        #expect(sly.reason.contains("the address of a cloud's metadata service"), "\(sly.reason)")
        let other = try bench.token("other", settings)
        #expect(other.status == 401)
        #expect(other.reason.contains("10.30.0.6, a private address"), "\(other.reason)")
        #expect(bench.requests.isEmpty)
    }

    @Test("are not reached by a redirect from a public server")
    func redirect() throws {
        let bench = try KeyNetwork()
        defer { bench.stop() }
        try bench.register(url: "https://keys.example:\(KeyNetwork.port)/to-inside")
        let settings = #"allowed_networks = ["10.20.0.0/16"]"#
        let answer = try bench.token("billing", settings)
        #expect(answer.status == 401)
        #expect(answer.reason.contains("a public server cannot redirect into a private network"), "\(answer.reason)")
        #expect(bench.requests.contains("93.184.215.14 /to-inside"))
        #expect(!bench.requests.contains("10.20.0.5 /jwks"))
        try bench.register("inside", url: "https://keys.internal:\(KeyNetwork.port)/to-inside")
        #expect(try bench.token("inside", settings).status == 200)
    }

    @Test("are out of reach for URL clients, both for documents and for key sets")
    func clientURLs() throws {
        let bench = try KeyNetwork()
        defer { bench.stop() }
        let settings = """
            allowed_networks = ["10.20.0.0/16"]
            allowed_hosts = ["keys.internal"]
            """
        func id(_ host: String, _ document: String) -> String {
            "https://\(host):\(KeyNetwork.port)/\(host)/\(document)"
        }
        #expect(try bench.token(id("keys.example", "outside.json"), settings).status == 200)
        let inside = try bench.token(id("keys.internal", "outside.json"), settings)
        let keys = try bench.token(id("keys.example", "inside.json"), settings)
        for answer in [inside, keys] {
            #expect(answer.status == 401)
            #expect(answer.reason.contains("10.20.0.5, a private address"), "\(answer.reason)")
            #expect(!answer.reason.contains("allowed_networks"), "\(answer.reason)")
        }
        #expect(!bench.requests.contains { $0.hasPrefix("10.20.0.5") })
    }
}
