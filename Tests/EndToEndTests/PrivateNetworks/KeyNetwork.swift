import Countersign
import Store
import Foundation
import TestSupport
import Testing

/// A test network with key servers at private and public addresses, an optional proxy, and the server process.
struct KeyNetwork {
    static let port = 8443
    let network: OwnNetwork
    let directory: String

    /// Starts one nginx for all hosts.
    init() throws {
        network = try OwnNetwork()
        directory = network.folder + "/data"
        let folder = network.folder
        try TLSIdentity.make("keys", hosts: ["keys.internal", "other.internal", "keys.example", "sly.internal"])
            .write(to: folder)
        try FileManager.default.createDirectory(atPath: folder + "/files", withIntermediateDirectories: true)
        try KeyServer.keySet([("k1", TestClients.key)])
            .write(toFile: folder + "/files/jwks", atomically: true, encoding: .utf8)
        for (name, host) in [("inside.json", "keys.internal"), ("outside.json", "keys.example")] {
            for document in ["keys.internal", "keys.example"] {
                let url = "https://\(document):\(Self.port)/\(document)/\(name)"
                let path = "\(folder)/files/\(document)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try """
                {"client_id": "\(url)", "client_name": "Agent", "token_endpoint_auth_method": "private_key_jwt",
                 "grant_types": ["client_credentials"], "jwks_uri": "https://\(host):\(Self.port)/jwks"}
                """.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
            }
        }
        try """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log error.log;
        events { worker_connections 64; }
        http {
            log_format who '$server_addr $request_uri';
            access_log access.log who;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            default_type application/json;
            server {
                listen \(Self.port) ssl;
                ssl_certificate tls.pem;
                ssl_certificate_key tls.key;
                root files;
                location = /to-inside { return 302 https://keys.internal:\(Self.port)/jwks; }
            }
        }
        """.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
        let nginx = try Self.program("nginx")
        try network.start([nginx, "-p", folder, "-c", folder + "/nginx.conf", "-e", folder + "/error.log"])
        try network.listens("10.20.0.5", Self.port)
    }

    static func program(_ name: String) throws -> String {
        guard let path = Program.path(name) else { throw TestFailure("\(name) is not installed") }
        return path
    }

    /// Starts a tinyproxy at `proxy.internal:3128`.
    func startProxy(_ lines: String...) throws {
        try
            ([
                "Port 3128", "Listen 10.20.0.9", "Timeout 30", "LogFile \"\(network.folder)/proxy.log\"",
                "LogLevel Connect",
            ]
            + lines).joined(separator: "\n")
            .write(toFile: network.folder + "/proxy.conf", atomically: true, encoding: .utf8)
        try network.start([try Self.program("tinyproxy"), "-d", "-c", network.folder + "/proxy.conf"])
        try network.listens("10.20.0.9", 3128)
    }

    /// Registers a client by its `jwks_uri`, as an operator would.
    func register(_ id: String = "billing", url: String) throws {
        let result = try ServerProcess.run([
            "client", "add", "--id", id, "--name", id, "--scope", "read", "--jwks-uri", url, "--data", directory,
        ])
        guard result.status == 0 else { throw TestFailure(result.errors) }
    }

    /// Sends a token request to a server inside the network with these lines of `[remote_keys]`; returns the operator's view too.
    func token(
        _ client: String = "billing", _ remoteKeys: String = "", environment: [String: String] = [:]
    ) throws -> (status: Int, body: String, reason: String, log: String) {
        let file = network.folder + "/countersign.toml"
        try """
        [remote_keys]
        additional_trusted_certificates = "\(network.folder)/tls.pem"
        \(remoteKeys)
        [client_id_metadata_documents]
        enabled = true
        allowed_hosts = ["keys.internal", "keys.example"]
        scopes = ["read"]
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let logFile = network.folder + "/server.log"
        _ = FileManager.default.createFile(atPath: logFile, contents: nil)
        let log = try #require(FileHandle(forWritingAtPath: logFile))
        let server = try ServerProcess(
            directory: directory, arguments: ["--config", file, "--issuer", TestServer.issuer],
            environment: environment,
            launcher: network.launcher, log: log)
        defer { _ = server.terminate() }
        let assertion = try Assertion(
            client: client, header: [("kid", "k1")], claims: [("exp", .number(UnixTime.now.seconds + 60))])
        let result = try network.run(
            ["curl", "-sS", "-d", "@-", "-w", "\n%{http_code}", server.baseURL + "/oauth2/token"],
            input: TestServer.form(assertion.signed()))
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        let body = lines.dropLast().joined(separator: "\n")
        var reason = ""
        if case .string(let reference)? = (try? JSONObject(parsing: Array(body.utf8)))?["reference"] {
            reason = try ServerProcess.run(["explain", reference.text, "--data", directory]).output
        }
        return (Int(lines.last ?? "") ?? 0, body, reason, network.log("server.log"))
    }

    /// The requests that the key servers received, each with the address it was sent to.
    var requests: [String] { network.log("access.log").split(separator: "\n").map(String.init) }

    func stop() { network.stop() }
}
