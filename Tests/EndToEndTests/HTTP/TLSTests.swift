import Foundation
import TestSupport
import Testing

extension HTTPProcessTests {
    @Suite("TLS", .timeLimit(.minutes(5)))
    struct TLSTests {
        /// Client offers by type of certificate, and whether the server accepts them.
        private static let offers: [(isRSA: Bool, options: [String], isTaken: Bool)] = [
            (false, ["-tls1", "-cipher", "DEFAULT@SECLEVEL=0"], false),
            (false, ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"], false),
            (false, ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], false),
            (false, ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"], false),
            (false, ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"], true),
            (false, ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"], true),
            (false, ["-tls1_3"], true),
            (true, ["-tls1_2", "-cipher", "AES128-GCM-SHA256"], false),
            (true, ["-tls1_2", "-cipher", "AES256-SHA256"], false),
            (true, ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], false),
            (true, ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"], false),
            (true, ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"], true),
            (true, ["-tls1_3"], true),
        ]

        @Test(
            "accepts 1.2 with ephemeral keys and authenticated encryption, and 1.3; nothing else", .requires("openssl"),
            arguments: [false, true])
        func versions(_ isRSA: Bool) async throws {
            let openssl = try #require(Program.path("openssl"))
            try await ServerUnderTest.run(tls: true, isRSA: isRSA) { server, _ in
                for offer in Self.offers where offer.isRSA == isRSA {
                    let handshake = try TLSClient.handshake(openssl, port: server.port, offer.options)
                    #expect(handshake.succeeded == offer.isTaken, "\(offer.options): \(handshake.text)")
                }
            }
        }

        @Test(
            "New connections use a renewed certificate, open ones continue, and an invalid one changes nothing",
            .requires("openssl"))
        func renewal() async throws {
            let openssl = try #require(Program.path("openssl"))
            try await ServerUnderTest.run(tls: true) { server, _ in
                func expectCertificate(_ name: String) throws {
                    try Patience.expect("the certificate \(name)") {
                        try TLSClient.handshake(openssl, port: server.port).text.contains("CN = \(name)")
                    }
                }
                let open = try TLSConnection(openssl, port: server.port)
                defer { open.stop() }
                #expect(try open.answer(to: Requests.live).status == 200)
                try expectCertificate("localhost")

                try TLSIdentity.make("renewed").write(to: server.folder)
                try expectCertificate("renewed")
                #expect(server.log.contains("the TLS certificate was read again"))

                try "rubbish".write(toFile: server.folder + "/tls.pem", atomically: true, encoding: .utf8)
                Patience.expect("the broken certificate in the log") {
                    server.log.contains("the previous one stays in use")
                }
                try expectCertificate("renewed")
                #expect(try open.answer(to: Requests.live).status == 200)

                try TLSIdentity.make("repaired").write(to: server.folder)
                kill(server.processIdentifier, SIGHUP)
                try expectCertificate("repaired")
                #expect(try open.answer(to: Requests.live).status == 200)
            }
        }

        @Test("SIGHUP reloads the certificate even if its files look unchanged")
        func hangUp() async throws {
            try await ServerUnderTest.run(tls: true) { server, _ in
                kill(server.processIdentifier, SIGHUP)
                Patience.expect("a line in the log") {
                    server.log.contains("the TLS certificate was read again")
                }
            }
        }
    }
}
