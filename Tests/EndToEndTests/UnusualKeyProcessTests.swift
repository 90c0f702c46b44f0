import Countersign
import Foundation
import TestSupport
import Testing

@Suite("Keys and certificates made by other tools, from the file to the token", .ownThreads, .serialized)
struct UnusualKeyProcessTests {
    /// A server, with its clients' files in its directory.
    struct Setup {
        let server: ServerProcess

        init(clients: [String] = []) throws {
            server = try ServerProcess()
            for client in clients {
                try run("client", "add", "--id", client, "--name", client, "--scope", "read")
            }
        }

        func path(_ name: String) -> String { server.directory + "/" + name }

        /// Runs a command on the server's store and expects success.
        @discardableResult
        func run(_ arguments: String...) throws -> String {
            try ServerProcessTests.expectSuccess(arguments + ["--data", server.directory])
        }

        func openssl(_ arguments: String...) throws {
            let result = try ServerProcess.run("/usr/bin/env", ["openssl"] + arguments)
            guard result.status == 0 else { throw TestFailure("\(arguments): \(result.errors)") }
        }

        /// Returns the status of a token request that our own client signs.
        func status(_ client: String, key: String, alg: String) throws -> Int {
            let assertion = try ServerProcessTests.expectSuccess([
                "assertion", "sign", "--client-id", client, "--key", path(key), "--alg", alg, "--audience",
                server.baseURL,
            ]).trimmingCharacters(in: .whitespacesAndNewlines)
            return try ServerProcessTests.curl(server.baseURL + "/oauth2/token", form: TestServer.form(assertion))
                .status
        }

        /// Returns the status of a token request that another library could have signed.
        func status(_ client: String, _ key: SigningKey, _ algorithm: SignatureAlgorithm) throws -> Int {
            let template = AssertionTemplate(clientID: ClientID(client), audience: server.baseURL)
            let assertion = try template.sign(with: key, algorithm: algorithm, at: .now)
            return try ServerProcessTests.curl(server.baseURL + "/oauth2/token", form: TestServer.form(assertion))
                .status
        }

        /// Reads an RSA key in PKCS#8 without the algorithm identifier that restricts its use.
        func unrestricted(_ file: String) throws -> SigningKey {
            let pem = try String(contentsOfFile: path(file), encoding: .utf8)
            let base64 = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
            let der = Array(try #require(Data(base64Encoded: base64)))
            var fields = try #require(DERElement(der, .sequence)).elements
            _ = (fields.next(), fields.next())
            return try SigningKey(pkcs8: Array(try #require(fields.next(.octetString)?.content)))
        }

        func end() {
            #expect(server.terminate() == 0)
            server.remove()
        }
    }

    @Test(
        "An RSASSA-PSS key is accepted with PS*, or only the one it names, and never with RS*",
        .requires("openssl"), arguments: [("", ["PS256", "PS384", "PS512"]), ("sha384", ["PS384"])])
    func pss(_ hash: String, _ allowed: [String]) throws {
        let setup = try Setup(clients: ["by-alias"])
        var parameters = ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"]
        if !hash.isEmpty {
            parameters += ["-pkeyopt", "rsa_pss_keygen_md:\(hash)", "-pkeyopt", "rsa_pss_keygen_mgf1_md:\(hash)"]
        }
        let made = try ServerProcess.run(
            "/usr/bin/env", ["openssl", "genpkey", "-quiet"] + parameters + ["-out", setup.path("key.pem")])
        #expect(made.status == 0)
        try setup.openssl("pkey", "-in", setup.path("key.pem"), "-pubout", "-out", setup.path("public.pem"))
        try setup.openssl(
            "req", "-x509", "-new", "-key", setup.path("key.pem"), "-subj", "/CN=pss", "-days", "30", "-sigopt",
            "rsa_pss_saltlen:48", "-out", setup.path("certificate.pem"))
        try setup.run(
            "client", "add", "--id", "by-key", "--name", "K", "--scope", "read", "--public-key",
            setup.path("public.pem"))
        try setup.run(
            "client", "add", "--id", "by-certificate", "--name", "C", "--scope", "read", "--certificate",
            setup.path("certificate.pem"))
        try setup.run("keystore", "import", setup.path("certificate.pem"), "--alias", "by-alias")
        try setup.run("keystore", "export", "by-alias", "--der", "--out", setup.path("exported.cer"))
        try setup.run(
            "client", "add", "--id", "by-export", "--name", "E", "--scope", "read", "--certificate",
            setup.path("exported.cer"))
        let shown = try JSONObject(parsing: Array(try setup.run("client", "show", "by-key", "--json").utf8))
        let jwks = try #require(shown["jwks"])
        try Data(jwks.render().utf8).write(to: URL(fileURLWithPath: setup.path("shown.jwks.json")))
        try setup.run(
            "client", "add", "--id", "by-jwks", "--name", "J", "--scope", "read", "--jwks",
            setup.path("shown.jwks.json"))

        let unrestricted = try setup.unrestricted("key.pem")
        for client in ["by-key", "by-certificate", "by-alias", "by-export", "by-jwks"] {
            for algorithm: SignatureAlgorithm in [.ps256, .ps384, .rs256, .rs384] {
                let status = try setup.status(client, unrestricted, algorithm)
                #expect(status == (allowed.contains(algorithm.name) ? 200 : 401), "\(client) \(algorithm.name)")
            }
            #expect(
                try ServerProcess.run([
                    "token", "--issuer", setup.server.baseURL, "--client-id", client, "--key", setup.path("key.pem"),
                ]).status == 0)
        }
        let words = "RSA 2048 (\(allowed.joined(separator: ", ")) only)"
        for output in [
            try setup.run("client", "show", "by-key"), try setup.run("client", "key", "list", "by-certificate"),
            try setup.run("keystore", "show", "by-alias"), try setup.run("keystore", "list"),
        ] { #expect(output.contains(words), "\(output)") }
        let refused = try ServerProcess.run([
            "assertion", "sign", "--client-id", "by-key", "--key", setup.path("key.pem"), "--alg", "RS256",
            "--audience", "x",
        ])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("RSASSA-PSS"))
        setup.end()
    }

    @Test("A key with an algorithm, a curve or a hash that JWS does not have is refused by name", .requires("openssl"))
    func refused() throws {
        let setup = try Setup()
        for (parameters, words) in [
            (["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_pss_keygen_md:sha1"], "MGF1 with SHA-1"),
            (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "secp256k1"),
            (["-algorithm", "X25519"], "id-X25519"), (["-algorithm", "ED448"], "id-Ed448"),
        ] {
            try? FileManager.default.removeItem(atPath: setup.path("key.pem"))
            let made = try ServerProcess.run(
                "/usr/bin/env", ["openssl", "genpkey", "-quiet"] + parameters + ["-out", setup.path("key.pem")])
            #expect(made.status == 0, "\(made.errors)")
            try setup.openssl("pkey", "-in", setup.path("key.pem"), "-pubout", "-out", setup.path("public.pem"))
            let added = try ServerProcess.run([
                "client", "add", "--id", "x", "--name", "x", "--public-key", setup.path("public.pem"), "--data",
                setup.server.directory,
            ])
            #expect(added.status == 1)
            #expect(added.errors.contains(words), "\(added.errors)")
        }
        setup.end()
    }

    @Test("RFC 5480 §2.1.2: a key for key agreement is refused", .requires("openssl"))
    func keyAgreement() throws {
        let setup = try Setup()
        try setup.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", setup.path("key.pem"))
        try setup.openssl("pkey", "-in", setup.path("key.pem"), "-pubout", "-outform", "DER", "-out", setup.path("a"))
        let der = Array(try Data(contentsOf: URL(fileURLWithPath: setup.path("a"))))
        // id-ecPublicKey (9 bytes with its header) becomes id-ecDH (7), and both sequences around it two bytes shorter.
        let idEcDH: [UInt8] = [0x06, 0x05, 0x2B, 0x81, 0x04, 0x01, 0x0C]
        let changed = [der[0], der[1] - 2, der[2], der[3] - 2] + idEcDH + der[13...]
        try Data(changed).write(to: URL(fileURLWithPath: setup.path("public.der")))
        let added = try ServerProcess.run([
            "client", "add", "--id", "x", "--name", "x", "--public-key", setup.path("public.der"), "--data",
            setup.server.directory,
        ])
        #expect(added.status == 1)
        #expect(added.errors.contains("id-ecDH"), "\(added.errors)")
        setup.end()
    }

    @Test(
        "Compressed points and explicit curve parameters are accepted, in keys and certificates", .requires("openssl"),
        arguments: [("prime256v1", "ES256"), ("secp384r1", "ES384"), ("secp521r1", "ES512")])
    func points(_ curve: String, _ algorithm: String) throws {
        let setup = try Setup()
        try setup.openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", setup.path("key.pem"))
        for (id, options) in [
            ("named", ["-conv_form", "compressed"]),
            ("explicit", ["-conv_form", "compressed", "-param_enc", "explicit"]),
        ] {
            let written = try ServerProcess.run(
                "/usr/bin/env",
                ["openssl", "ec", "-in", setup.path("key.pem")] + options + ["-out", setup.path("\(id).pem")])
            #expect(written.status == 0)
            try setup.openssl("pkey", "-in", setup.path("\(id).pem"), "-pubout", "-out", setup.path("\(id).public.pem"))
            try setup.openssl(
                "req", "-x509", "-new", "-key", setup.path("\(id).pem"), "-subj", "/CN=\(id)", "-out",
                setup.path("\(id).cer.pem"))
            try setup.run(
                "client", "add", "--id", "\(id)-key", "--name", id, "--scope", "read", "--public-key",
                setup.path("\(id).public.pem"))
            try setup.run(
                "client", "add", "--id", "\(id)-certificate", "--name", id, "--scope", "read", "--certificate",
                setup.path("\(id).cer.pem"))
            for client in ["\(id)-key", "\(id)-certificate"] {
                #expect(try setup.status(client, key: "\(id).pem", alg: algorithm) == 200)
                #expect(try setup.status(client, key: "key.pem", alg: algorithm) == 200)
            }
        }
        setup.end()
    }

    @Test("Certificates with odd serial numbers, names and versions work and are shown as text", .requires("openssl"))
    func certificates() throws {
        let setup = try Setup(clients: ["negative", "t61", "bmp", "version1"])
        try ServerProcessTests.expectSuccess(["keygen", "--alg", "RS256", "--out", setup.path("key.pem")])
        try setup.openssl(
            "req", "-x509", "-new", "-key", setup.path("key.pem"), "-subj", "/CN=negative", "-set_serial", "-129",
            "-days", "20", "-out", setup.path("negative.pem"))
        for (name, mask) in [("t61", "0x4"), ("bmp", "0x800")] {
            let configuration = """
                [req]
                distinguished_name = dn
                prompt = no
                utf8 = yes
                string_mask = MASK:\(mask)
                [dn]
                O = Müller & Söhne
                CN = \(name)
                """
            try configuration.write(toFile: setup.path("config"), atomically: true, encoding: .utf8)
            try setup.openssl(
                "req", "-x509", "-new", "-key", setup.path("key.pem"), "-config", setup.path("config"), "-out",
                setup.path("\(name).pem"))
        }
        try setup.openssl(
            "req", "-new", "-key", setup.path("key.pem"), "-subj", "/CN=version1", "-out", setup.path("request"))
        try setup.openssl(
            "x509", "-req", "-in", setup.path("request"), "-key", setup.path("key.pem"), "-out",
            setup.path("version1.pem"))
        for client in ["negative", "t61", "bmp", "version1"] {
            try setup.run("keystore", "import", setup.path("\(client).pem"))
            #expect(try setup.status(client, key: "key.pem", alg: "RS256") == 200)
            try setup.run(
                "client", "add", "--id", "own-\(client)", "--name", "own", "--scope", "read", "--certificate",
                setup.path("\(client).pem"))
            #expect(try setup.status("own-\(client)", key: "key.pem", alg: "RS256") == 200)
        }
        #expect(try setup.run("keystore", "show", "negative").contains(/Serial number +-81\n/))
        for name in ["t61", "bmp"] {
            let names = "CN=\(name),O=Müller & Söhne"
            #expect(try setup.run("keystore", "show", name).contains(names))
            #expect(try setup.run("client", "show", "own-\(name)").contains(names))
        }
        #expect(try setup.run("keystore", "list").contains("version1"))
        let doctor = try ServerProcess.run(["doctor", "--data", setup.server.directory])
        #expect(doctor.output.contains("negative"), "\(doctor.output)")
        #expect(!doctor.output.contains("ASN1Any"))
        setup.end()
    }

    @Test(
        "RSASSA-PSS keys are imported from a Java key store", .requires("keytool", "openssl"),
        arguments: ["JKS", "PKCS12"])
    func java(_ type: String) throws {
        let setup = try Setup(clients: ["billing"])
        let made = try ServerProcess.run(
            "/usr/bin/env",
            [
                "keytool", "-genkeypair", "-alias", "billing", "-keyalg", "RSASSA-PSS", "-sigalg", "RSASSA-PSS",
                "-dname",
                "CN=billing", "-keystore", setup.path("store"), "-storetype", type, "-storepass", "changeit",
                "-keypass",
                "changeit",
            ])
        #expect(made.status == 0, "\(made.output)\(made.errors)")
        try "changeit".write(toFile: setup.path("password"), atomically: true, encoding: .utf8)
        chmod(setup.path("password"), 0o600)
        try setup.run("keystore", "import", setup.path("store"), "--password-file", setup.path("password"))
        #expect(try setup.run("keystore", "show", "billing").contains("only)"))
        setup.end()
    }

    @Test("Null members in the file of a JWK or a JWK Set count as absent")
    func nullMembers() throws {
        let setup = try Setup()
        let key = try SigningKey.generate(.es256)
        var open = JWK(key: key.verificationKey).object
        for member in ["kid", "alg", "use", "key_ops", "x5c", "x5t", "d"] { open.set(member, .null) }
        try Data(#"{"keys":[\#(open.render())]}"#.utf8).write(to: URL(fileURLWithPath: setup.path("open.json")))
        var secret = key.privateJWK()
        for member in ["kid", "key_ops"] { secret.set(member, .null) }
        try Data(secret.render().utf8).write(to: URL(fileURLWithPath: setup.path("secret.json")))
        chmod(setup.path("secret.json"), 0o600)
        try setup.run(
            "client", "add", "--id", "billing", "--name", "B", "--scope", "read", "--jwks", setup.path("open.json"))
        #expect(try setup.status("billing", key: "secret.json", alg: "ES256") == 200)
        setup.end()
    }

    @Test("Null members in a key set at a URL count as absent")
    func nullMembersInKeySet() async throws {
        let bench = try await RemoteBench()
        var object = JWK(key: TestClients.key.verificationKey).object
        for member in ["kid", "alg", "use", "key_ops", "x5c", "d"] { object.set(member, .null) }
        bench.keys.publish("/jwks", .init(body: Array(#"{"keys":[\#(object.render())],"more":null}"#.utf8)))
        #expect(try await bench.token().status == 200)
        try await bench.stop()
    }
}
