import Foundation
import TestSupport
import Testing

@Suite(
    "Key sets through tinyproxy, and the server as a process", .ownThreads, .serialized, .requiresOwnNetwork,
    .requires("tinyproxy", "nginx", "curl"), .timeLimit(.minutes(5)))
struct TinyproxyTests {
    private static let url = "https://keys.example:\(KeyNetwork.port)/jwks"
    private static let proxy = "http://me:s3cret@proxy.internal:3128"

    @Test("are fetched with Basic authentication and end-to-end TLS; the password appears nowhere")
    func authenticated() throws {
        let bench = try KeyNetwork()
        defer { bench.stop() }
        try bench.startProxy("BasicAuth me s3cret", "ConnectPort \(KeyNetwork.port)")
        try bench.register(url: Self.url)
        let answer = try bench.token("billing", "proxy = \"\(Self.proxy)\"")
        #expect(answer.status == 200, "\(answer.reason) \(answer.log)")
        #expect(bench.requests == ["93.184.215.14 /jwks"])
        #expect(bench.network.log("proxy.log").contains("CONNECT 93.184.215.14:\(KeyNetwork.port)"))
        let file = bench.network.folder + "/password"
        try "s3cret\n".write(toFile: file, atomically: true, encoding: .utf8)
        try bench.register("second", url: Self.url + "?2")
        let byFile = try bench.token(
            "second", "proxy = \"http://me@proxy.internal:3128\"\nproxy_password_file = \"\(file)\"")
        #expect(byFile.status == 200, "\(byFile.reason)")
        // tinyproxy answers wrong credentials with 401, and missing ones with 407.
        let wrong = try refused(bench, "proxy = \"http://me:wr0ng@proxy.internal:3128\"")
        #expect(wrong.reason.contains("does not accept the user and password"), "\(wrong.reason)")
        let none = try refused(bench, "proxy = \"http://proxy.internal:3128\"")
        #expect(none.reason.contains("asks for a user and a password (407)"), "\(none.reason)")
        for text in [answer.log, byFile.log, wrong.reason, wrong.log, wrong.body] {
            #expect(!text.contains("s3cret") && !text.contains("wr0ng"))
        }
        #expect(bench.requests.count == 2)
    }

    @Test("are not fetched if the proxy refuses the port, is down or is unresolvable; the operator is told why")
    func failures() throws {
        let bench = try KeyNetwork()
        defer { bench.stop() }
        try bench.startProxy("ConnectPort 443")
        let settings = "proxy = \"http://proxy.internal:3128\""
        let port = try refused(bench, settings)
        let destination = "the proxy proxy.internal:3128 made no connection to 93.184.215.14:\(KeyNetwork.port)"
        #expect(port.reason.contains(destination), "\(port.reason)")
        let absent = try refused(bench, "proxy = \"http://proxy.internal:3129\"")
        #expect(
            absent.reason.contains("no connection to the proxy proxy.internal:3129, Connection refused"),
            "\(absent.reason)")
        let unknown = try refused(bench, "proxy = \"http://nowhere.internal:3128\"")
        #expect(unknown.reason.contains("the proxy nowhere.internal:3128 cannot be looked up"), "\(unknown.reason)")
        for answer in [port, absent, unknown] { #expect(!answer.body.contains("proxy")) }
        #expect(bench.requests.isEmpty)
    }

    @Test("are requested by host name only if the proxy resolves names; a private name then needs a setting")
    func names() throws {
        let bench = try KeyNetwork()
        defer { bench.stop() }
        try bench.startProxy()
        let settings = "proxy = \"http://proxy.internal:3128\"\nproxy_resolves_names = true\n"
        try bench.register(url: Self.url)
        #expect(try bench.token("billing", settings).status == 200)
        #expect(bench.network.log("proxy.log").contains("CONNECT keys.example:\(KeyNetwork.port)"))
        let inside = "https://keys.internal:\(KeyNetwork.port)/jwks"
        try bench.register("inside", url: inside)
        let answer = try bench.token("inside", settings)
        #expect(answer.status == 401)
        #expect(answer.reason.contains("'keys.internal' is a name of private networks"), "\(answer.reason)")
        try bench.register("again", url: inside + "?2")
        #expect(try bench.token("again", settings + "allowed_hosts = [\"keys.internal\"]").status == 200)
        // The certificate must name the host of the URL, whatever the proxy connects to.
        try bench.register("sly", url: "https://sly.example:\(KeyNetwork.port)/jwks")
        let sly = try bench.token("sly", settings)
        #expect(sly.status == 401)
        #expect(sly.reason.contains("certificate is for another host"), "\(sly.reason)")
    }

    @Test("are fetched through the environment's proxy if the setting asks for it, and directly for NO_PROXY")
    func environment() throws {
        let bench = try KeyNetwork()
        defer { bench.stop() }
        try bench.startProxy("BasicAuth me s3cret")
        try bench.register(url: Self.url)
        let environment = ["HTTPS_PROXY": Self.proxy]
        #expect(try bench.token("billing", "", environment: environment).status == 200)
        #expect(!bench.network.log("proxy.log").contains("CONNECT 93"))
        try bench.register("second", url: Self.url + "?2")
        #expect(try bench.token("second", "proxy = \"environment\"", environment: environment).status == 200)
        #expect(bench.network.log("proxy.log").contains("CONNECT 93.184.215.14"))
        let inside = "https://keys.internal:\(KeyNetwork.port)/jwks"
        for (index, exception) in [".internal", "10.20.0.0/16", "*"].enumerated() {
            try bench.register("inside-\(index)", url: "\(inside)?\(index)")
            let answer = try bench.token(
                "inside-\(index)", "proxy = \"environment\"\nallowed_networks = [\"10.20.0.0/16\"]",
                environment: environment.merging(["NO_PROXY": exception]) { $1 })
            #expect(answer.status == 200, "\(exception) \(answer.reason)")
        }
        #expect(!bench.network.log("proxy.log").contains("CONNECT 10.20"))
    }

    /// Registers a new client and expects its token request to be refused.
    private func refused(_ bench: KeyNetwork, _ settings: String) throws -> (reason: String, log: String, body: String)
    {
        let id = UUID().uuidString
        try bench.register(id, url: Self.url + "?\(id)")
        let answer = try bench.token(id, settings)
        #expect(answer.status == 401)
        return (answer.reason.replacing("\n", with: " ").replacing(#/ +/#, with: " "), answer.log, answer.body)
    }
}
