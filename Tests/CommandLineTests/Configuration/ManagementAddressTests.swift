import Testing

@testable import CLI

@Suite("The management address")
struct ManagementAddressTests {
    private static func configuration(_ values: [String: String]) throws(ConfigurationError) -> ServerConfiguration {
        try ServerConfiguration(environment: values)
    }

    @Test("is on loopback by default, and on a free port if the server is")
    func standard() throws {
        let management = try #require(try Self.configuration([:]).management)
        #expect(management.listen == ListenAddress(host: "127.0.0.1", port: 9464))
        #expect(!management.isGiven)
        let other = try #require(try Self.configuration(["COUNTERSIGN_SERVER_LISTEN": "127.0.0.1:0"]).management)
        #expect(other.listen.port == 0)
        #expect(management.server.limits.maximumConnections == 32)
    }

    @Test("can be turned off, or chosen")
    func chosen() throws {
        #expect(try Self.configuration(["COUNTERSIGN_MANAGEMENT_LISTEN": "off"]).management == nil)
        let management = try #require(
            try Self.configuration([
                "COUNTERSIGN_MANAGEMENT_LISTEN": "[::1]:9000", "COUNTERSIGN_SERVER_LISTEN": "127.0.0.1:0",
            ]).management)
        #expect(management.isGiven)
        #expect(management.url(port: 9000) == "http://[::1]:9000/metrics")
    }

    @Test("needs TLS or a proxy beyond loopback")
    func exposed() throws {
        #expect(throws: ConfigurationError.self) {
            try Self.configuration(["COUNTERSIGN_MANAGEMENT_LISTEN": "0.0.0.0:9464"])
        }
        let behindProxy = try Self.configuration([
            "COUNTERSIGN_MANAGEMENT_LISTEN": "0.0.0.0:9464", "COUNTERSIGN_SERVER_BEHIND_PROXY": "true",
        ])
        #expect(behindProxy.management?.server.tls == nil)
        let secure = try Self.configuration([
            "COUNTERSIGN_MANAGEMENT_LISTEN": "10.20.0.5:9464", "COUNTERSIGN_SERVER_TLS_CERTIFICATE": "tls.pem",
            "COUNTERSIGN_SERVER_TLS_KEY": "tls.key",
        ])
        #expect(secure.management?.url(port: 9464) == "https://10.20.0.5:9464/metrics")
        let loopback = try Self.configuration([
            "COUNTERSIGN_SERVER_TLS_CERTIFICATE": "tls.pem", "COUNTERSIGN_SERVER_TLS_KEY": "tls.key",
        ])
        #expect(loopback.management?.server.tls == nil)
    }
}
