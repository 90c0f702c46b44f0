import Foundation
import TestSupport
import Testing

@Suite("[remote_keys], as serve --check reads it", .ownThreads)
struct RemoteKeysConfigurationTests {
    private static func check(
        _ text: String, environment: [String] = []
    ) throws -> (status: Int32, output: String, errors: String) {
        let path = TemporaryDirectory().path + ".toml"
        try ("[remote_keys]\n" + text).write(toFile: path, atomically: true, encoding: .utf8)
        return try ServerProcess.run(
            "/usr/bin/env", environment + [ServerProcess.binary.path, "serve", "--config", path, "--check"])
    }

    @Test(
        "Networks and hosts are parsed strictly, and errors show the correct form",
        arguments: [
            (#"allowed_networks = ["10.20.0.0/16", "fd00::/8"]"#, nil),
            (#"allowed_hosts = ["keys.internal", "*.svc.cluster.local"]"#, nil),
            (
                #"allowed_networks = ["10.20.0.5/16"]"#,
                "allowed_networks: '10.20.0.5/16' has bits set after the first 16; write 10.20.0.0/16"
            ),
            (#"allowed_networks = ["0.0.0.0/0"]"#, "allowed_networks: '0.0.0.0/0' is "),
            (
                #"allowed_networks = ["10.0.0.0/8", "169.254.169.254/32"]"#,
                "allowed_networks: '169.254.169.254/32' is the address of a cloud's metadata service, which is never allowed"
            ),
            (
                #"allowed_networks = ["127.0.0.0/8"]"#,
                "allowed_networks: '127.0.0.0/8' is loopback, which allow_http_loopback"
            ),
            (
                #"allowed_networks = "10.20.0.0/16""#,
                "allowed_networks: '10.20.0.0/16' is not allowed. Allowed: a list of"
            ),
            (
                #"allowed_hosts = ["keys.internal."]"#,
                "allowed_hosts: 'keys.internal.' ends in a dot; write keys.internal"
            ),
            (
                #"allowed_hosts = ["10.20.0.5"]"#,
                "allowed_hosts: '10.20.0.5' is an address; write 10.20.0.5/32 in allowed_networks"
            ),
            (#"allowed_hosts = [""]"#, "allowed_hosts: an entry is empty"),
            (#"allowed_hosts = ["localhost"]"#, "allowed_hosts: 'localhost' is loopback"),
            (#"allowed_networks = ["240.0.0.0/4"]"#, "allowed_networks: '240.0.0.0/4' is a reserved address, not"),
        ] as [(String, String?)])
    func networks(_ line: String, _ complaint: String?) throws {
        let result = try Self.check(line)
        #expect(result.status == (complaint == nil ? 0 : 2), "\(result.errors)")
        if let complaint { #expect(result.errors.contains("remote_keys.\(complaint)"), "\(result.errors)") }
    }

    @Test(
        "An invalid proxy is refused, and no message contains its password",
        arguments: [
            (#"proxy = "https://me:s3cret@proxy.internal:3128""#, "proxy: does not begin with http://"),
            (#"proxy = "http://me:s3cret@proxy.internal""#, "proxy: has no port"),
            (#"proxy = "proxy.internal:3128""#, "proxy: does not begin with http://"),
            (#"no_proxy = ["*"]"#, "no_proxy: is set without remote_keys.proxy"),
            ("proxy_resolves_names = true", "proxy_resolves_names: is set without remote_keys.proxy"),
            (
                "proxy = \"http://p:1\"\nno_proxy = [\"10.*\"]",
                "no_proxy: '10.*' is not a host, an address or a network"
            ),
            ("proxy = \"environment\"\nno_proxy = [\"a.example\"]", "no_proxy: has no effect"),
            (
                "proxy = \"http://me@p:1\"\nproxy_password_file = \"/nowhere\"",
                "proxy_password_file: '/nowhere' cannot be"
            ),
        ])
    func proxies(_ lines: String, _ complaint: String) throws {
        let result = try Self.check(lines)
        #expect(result.status == 2)
        #expect(result.errors.contains("remote_keys.\(complaint)"), "\(result.errors)")
        #expect(!result.errors.contains("s3cret"))
    }

    @Test("All errors are reported, each entry of a list on its own line")
    func several() throws {
        let result = try Self.check(
            """
            trusted_certificates = "/nowhere"
            additional_trusted_certificates = "/nowhere"
            allowed_networks = ["10.20.0.5/16", "fd00::/8", "8.8.8.8/32"]
            allowed_hosts = ["", "localhost"]
            proxy_password_file = "/nowhere"
            no_proxy = [".internal"]

            [server]
            tls_key = "tls.key"

            [client_id_metadata_documents]
            allowed_hosts = ["agents.example.com", "*.example.com", "127.0.0.1", "*", "https://x.example/a"]
            scopes = ["a b", "c"]
            """)
        #expect(result.status == 2)
        for complaint in [
            "additional_trusted_certificates: is set together with", "allowed_networks: '10.20.0.5/16' has",
            "allowed_networks: '8.8.8.8/32' is", "allowed_hosts: an entry is empty", "allowed_hosts: 'localhost' is",
            "proxy_password_file: is set without", "no_proxy: is set without", "server.tls_key: is set without",
            "client_id_metadata_documents.allowed_hosts: '*' is not a host",
            "client_id_metadata_documents.allowed_hosts: 'https://x.example/a' is not a host alone; write x.example",
            #"client_id_metadata_documents.scopes: 'a b' is not one scope token; write "a", "b""#,
        ] { #expect(result.errors.contains(complaint), "\(complaint)\n\(result.errors)") }
        #expect(result.errors.split(separator: "\n").count == 11, "\(result.errors)")
    }

    @Test("The environment's proxy is used only if the setting asks for it")
    func environment() throws {
        let variables = ["HTTPS_PROXY=http://me:s3cret@proxy.internal:3128", "NO_PROXY=.internal,10.*"]
        let ignored = try Self.check("", environment: variables)
        #expect(ignored.status == 0 && !ignored.output.contains("proxy") && ignored.errors.isEmpty)
        let used = try Self.check("proxy = \"environment\"", environment: variables)
        #expect(used.status == 0)
        #expect(used.output.contains("proxy.internal:3128"))
        #expect(used.errors.contains("NO_PROXY: '10.*' is not a host"), "\(used.errors)")
        #expect(try Self.check("proxy = \"Environment\"", environment: variables).output == used.output)
        let lower = try Self.check(
            "proxy = \"environment\"", environment: variables + ["https_proxy=other.internal:8080"])
        #expect(lower.output.contains("other.internal:8080"))
        let wrong = try Self.check("proxy = \"environment\"", environment: ["HTTPS_PROXY=socks5://me:s3cret@p:1"])
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("HTTPS_PROXY: does not begin with http://"))
        let unset = try Self.check("proxy = \"environment\"", environment: ["-u", "HTTPS_PROXY", "-u", "https_proxy"])
        #expect(unset.status == 0)
        #expect(unset.errors.contains("HTTPS_PROXY is not set"))
        for result in [used, lower, wrong] { #expect(!(result.output + result.errors).contains("s3cret")) }
    }

    @Test("Certificate authorities replace the system's or are added to them, not both")
    func authorities() throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try TLSIdentity.make("Authority").write(to: folder)
        let file = folder + "/tls.pem"
        #expect(try Self.check("trusted_certificates = \"\(file)\"").status == 0)
        #expect(try Self.check("additional_trusted_certificates = \"\(file)\"").status == 0)
        let both = try Self.check("trusted_certificates = \"\(file)\"\nadditional_trusted_certificates = \"\(file)\"")
        #expect(both.status == 2)
        #expect(both.errors.contains("additional_trusted_certificates: is set together with"))
        let missing = try Self.check("additional_trusted_certificates = \"/nowhere\"")
        #expect(missing.errors.contains("additional_trusted_certificates: '/nowhere' cannot be used"))
    }

    @Test("client add names the setting that a private URL needs, and refuses a URL that no setting allows")
    func clientAdd() throws {
        let directory = TemporaryDirectory().path
        func add(_ id: String, _ url: String) throws -> (status: Int32, output: String, errors: String) {
            try ServerProcess.run(
                ["client", "add", "--id", id, "--name", id, "--jwks-uri", url, "--scope", "read", "--data", directory])
        }
        let address = try add("a", "https://10.20.0.5/jwks")
        #expect(address.status == 0)
        #expect(address.errors.contains("allowed_networks names a network with 10.20.0.5"), "\(address.errors)")
        let name = try add("b", "https://keys.svc.cluster.local/jwks")
        #expect(name.status == 0)
        #expect(name.errors.contains("allowed_hosts names 'keys.svc.cluster.local'"), "\(name.errors)")
        #expect(!(try add("c", "https://keys.example.com/jwks").errors.contains("allowed_")))
        let metadata = try add("d", "https://169.254.169.254/latest")
        #expect(metadata.status != 0)
        #expect(metadata.errors.contains("metadata service, which is never allowed"), "\(metadata.errors)")
    }
}
