import CountersignJOSE
import CountersignKeyFiles
import Fetching
import Foundation
import TestSupport
import Testing

@Suite("Key files in all their forms, read by the real binary", .ownThreads)
struct KeyFileProcessTests {
    @Test("A private key is refused wherever it appears in a file", .requires("openssl"))
    func hidden() throws {
        try KeyBench.run { bench in
            try bench.openssl("pkey", "-in", bench.path("key.pem"), "-pubout", "-out", bench.path("public.pem"))
            try bench.openssl(
                "pkcs8", "-topk8", "-nocrypt", "-in", bench.path("key.pem"), "-outform", "DER", "-out",
                bench.path("key.der"))
            try bench.openssl(
                "pkcs8", "-topk8", "-passout", "pass:test", "-in", bench.path("key.pem"), "-out",
                bench.path("locked.pem"))
            let (secret, open) = (try bench.text("key.pem"), try bench.text("public.pem"))
            let jwk = bench.key.privateJWK().render()
            let publicJWK = JWK(key: bench.key.verificationKey).object.render()
            let nameless = jwk.replacing("\"kty\"", with: "\"kind\"")
            func member(_ text: String) -> String {
                #"{"keys":[\#(publicJWK)],"note":""# + text.replacing("\n", with: #"\n"#) + #""}"#
            }
            let files: [(String, [UInt8])] = [
                ("mark.pem", Array(("\u{FEFF}" + secret).utf8)), ("three.pem", Array(("abc" + secret).utf8)),
                ("text.pem", Array(("The key:\n" + secret).utf8)), ("behind.pem", Array((open + secret).utf8)),
                ("cr.pem", Array((open + secret).replacing("\n", with: "\r").utf8)),
                ("one-line.pem", Array((open + secret).replacing("\n", with: "").utf8)),
                ("indented.pem", Array((open + secret).replacing("\n", with: "\n  ").utf8)),
                ("locked-behind.pem", Array((open + "text " + (try bench.text("locked.pem"))).utf8)),
                ("binary.der", Array(try Data(contentsOf: URL(fileURLWithPath: bench.path("key.der"))))),
                ("set.json", [0xEF, 0xBB, 0xBF] + Array(#"{"keys":[\#(jwk)]}"#.utf8)),
                ("deep.json", Array(#"{"keys":[],"old":[\#(jwk)]}"#.utf8)),
                ("jwk-behind.pem", Array((open + jwk).utf8)), ("jwk-before.pem", Array((jwk + "\n" + open).utf8)),
                ("no-first-line.pem", Array((open + secret.drop { !$0.isNewline }).utf8)),
                ("em-dashes.pem", Array((open + secret.replacing("-----", with: "\u{2014}")).utf8)),
                ("lower-case.pem", Array((open + secret.replacing("BEGIN PRIVATE", with: "begin private")).utf8)),
                ("tab.pem", Array((open + secret.replacing("PRIVATE KEY", with: "PRIVATE\tKEY")).utf8)),
                ("no-break.pem", Array((open + secret.replacing("PRIVATE KEY", with: "PRIVATE\u{A0}KEY")).utf8)),
                ("dashes.json", Array(member(secret).replacing("-", with: #"\u002d"#).utf8)),
                ("string.json", Array(member(jwk.replacing("\"", with: #"\""#)).utf8)),
                ("no-kty.json", Array(#"{"keys":[\#(publicJWK)],"old":\#(nameless)}"#.utf8)),
                ("member.json", Array(#"{"keys":[],"pem":"\#(secret.replacing("\n", with: #"\n"#))"}"#.utf8)),
            ]
            for (name, bytes) in files {
                try bench.write(name, bytes)
                for option in ["--public-key", "--certificate", "--jwks"] {
                    let result = try ServerProcess.run([
                        "client", "add", "--id", "a", "--name", "A", option, bench.path(name), "--data",
                        bench.path("data"),
                    ])
                    #expect(result.status == 1, "\(name) \(option)")
                    #expect(result.errors.contains("private"), "\(name) \(option): \(result.errors)")
                    #expect(result.errors.contains("public half"), "\(name) \(option): \(result.errors)")
                }
            }
            #expect(try ServerProcess.run(["client", "show", "a", "--data", bench.path("data")]).status != 0)
        }
    }

    @Test(
        "A public key is registered from every form of PEM, and from JSON after a byte order mark",
        .requires("openssl"))
    func forms() throws {
        try KeyBench.run { bench in
            try bench.openssl("pkey", "-in", bench.path("key.pem"), "-pubout", "-out", bench.path("public.pem"))
            let (open, set) = (try bench.text("public.pem"), try bench.text("keys.json"))
            let variants = [
                "\u{FEFF}" + open, "some text\n" + open, open.replacing("\n", with: "\r"),
                open.replacing("\n", with: "\r\n"),
                open.replacing("\n", with: ""), "\t" + open.replacing("\n", with: "\n\t"),
                "Key Attributes\n  a: b\n" + open, "# the private key stays with the client\n" + open,
                #"{"key":""# + open.replacing("/", with: #"\/"#).replacing("\n", with: #"\n"#) + #""}"#,
                "\u{FEFF}" + set,
            ]
            for (index, text) in variants.enumerated() {
                try bench.write("variant", text)
                let option = index == variants.count - 1 ? "--jwks" : "--public-key"
                try ServerProcessTests.expectSuccess([
                    "client", "add", "--id", "client-\(index)", "--name", "A", option, bench.path("variant"), "--data",
                    bench.path("data"),
                ])
            }
            try bench.openssl(
                "pkey", "-in", bench.path("key.pem"), "-pubout", "-outform", "DER", "-out", bench.path("public.der"))
            let der = Array(try Data(contentsOf: URL(fileURLWithPath: bench.path("public.der"))))
            try bench.write("variant", der + [0x0A])
            try ServerProcessTests.expectSuccess([
                "client", "add", "--id", "der", "--name", "A", "--public-key", bench.path("variant"), "--data",
                bench.path("data"),
            ])
            try bench.write("variant", [0xFF, 0xFE] + open.utf8.flatMap { [$0, 0] as [UInt8] })
            let wide = try ServerProcess.run([
                "client", "add", "--id", "wide", "--name", "A", "--public-key", bench.path("variant"), "--data",
                bench.path("data"),
            ])
            #expect(wide.status == 1)
            #expect(wide.errors.contains("UTF-16") && wide.errors.contains("iconv"), "\(wide.errors)")
        }
    }

    /// OpenSSL's options for encrypting a key.
    static let encryptions: [[String]] = [
        [], ["-scrypt"], ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
        ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512"],
        ["-v2", "des-ede3-cbc"],
    ]

    @Test(
        "An encrypted private key signs with its password from a file or standard input", .requires("openssl"),
        arguments: encryptions)
    func password(_ options: [String]) throws {
        try KeyBench.run { bench in
            let openssl = try ServerProcess.run(
                try #require(Program.path("openssl")),
                [
                    "pkcs8", "-topk8", "-in", bench.path("key.pem"), "-passout", "pass:é test", "-out",
                    bench.path("locked.pem"),
                ]
                    + options)
            #expect(openssl.status == 0, "\(openssl.errors)")
            try bench.write("password", "é test\n")
            let fromFile = try bench.sign("locked.pem", ["--password-file", bench.path("password")])
            #expect(fromFile.status == 0, "\(fromFile.errors)")
            #expect(try bench.isSigned(fromFile.output))
            try bench.write("password", "\u{FEFF}é test\r\n")
            let marked = try bench.sign("locked.pem", ["--password-file", bench.path("password")])
            #expect(marked.status == 0, "\(marked.errors)")
            let fromInput = try bench.sign("locked.pem", ["--password-stdin"], input: "é test\r\n")
            #expect(fromInput.errors.isEmpty)
            #expect(try bench.isSigned(fromInput.output))

            let wrong = try bench.sign("locked.pem", ["--password-stdin"], input: "test\n")
            #expect((wrong.status, wrong.output) == (1, ""))
            #expect(wrong.errors.contains("the password is wrong"), "\(wrong.errors)")
            #expect(!wrong.errors.contains("é test"))
            let none = try bench.sign("locked.pem")
            #expect((none.status, none.output) == (1, ""))
            #expect(none.errors.contains("--password-file FILE or --password-stdin"), "\(none.errors)")
        }
    }

    @Test("token takes the password too; standard input is either the key or its password", .requires("openssl"))
    func token() throws {
        try KeyBench.run { bench in
            try bench.openssl(
                "pkcs8", "-topk8", "-passout", "pass:test", "-in", bench.path("key.pem"), "-out",
                bench.path("locked.pem"))
            try bench.write("password", "test")
            try ServerProcessTests.expectSuccess([
                "client", "add", "--id", "a", "--name", "A", "--jwks", bench.path("keys.json"), "--data",
                bench.path("data"),
            ])
            let server = try ServerProcess(directory: bench.path("data"))
            defer { server.kill() }
            let arguments = ["token", "--issuer", server.baseURL, "--client-id", "a", "--key"]
            let token = try ServerProcessTests.expectSuccess(
                arguments + [bench.path("locked.pem"), "--password-file", bench.path("password")])
            #expect(token.split(separator: ".").count == 3)
            let piped = try ServerProcess.run(
                arguments + ["-", "--password-file", bench.path("password")], input: try bench.text("locked.pem"))
            #expect(piped.status == 0, "\(piped.errors)")
            #expect(try ServerProcess.run(arguments + ["-", "--password-stdin"], input: "test").status != 0)
        }
    }

    @Test("On a terminal the password is prompted for and not echoed", .requires("openssl", "setsid"))
    func prompt() throws {
        try KeyBench.run { bench in
            try bench.openssl(
                "pkcs8", "-topk8", "-passout", "pass:secret word", "-in", bench.path("key.pem"), "-out",
                bench.path("locked.pem"))
            let terminal = try PseudoTerminal(
                try #require(Program.path("setsid")),
                [
                    "--wait", "--ctty", ServerProcess.binary.path, "assertion", "sign", "--client-id", "a", "--key",
                    bench.path("locked.pem"), "--audience", "https://as.example",
                ])
            try terminal.waits(for: "Password of \(bench.path("locked.pem")):")
            terminal.type("secret word\n")
            let shown = terminal.readToEnd()
            #expect(terminal.status == 0, "\(shown)")
            #expect(!shown.contains("secret word"))
            let assertion = try #require(shown.split(whereSeparator: \.isNewline).last { $0.hasPrefix("ey") })
            #expect(try bench.isSigned(String(assertion) + "\n"))
        }
    }

    @Test(
        "OpenSSH keys and legacy encrypted PEM are refused with the command that converts them, which works",
        .requires("openssl", "ssh-keygen"))
    func conversions() throws {
        try KeyBench.run { bench in
            let program = try #require(Program.path("ssh-keygen"))
            let made = try ServerProcess.run(program, ["-q", "-t", "ecdsa", "-N", "", "-f", bench.path("ssh")])
            #expect(made.status == 0, "\(made.errors)")
            let refused = try bench.sign("ssh")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("ssh-keygen -p -m PKCS8 -f COPY"), "\(refused.errors)")
            let asPublic = try ServerProcess.run([
                "client", "add", "--id", "a", "--name", "A", "--public-key", bench.path("ssh"), "--data",
                bench.path("data"),
            ])
            #expect(asPublic.status == 1 && asPublic.errors.contains("OpenSSH private key"), "\(asPublic.errors)")
            let converted = try ServerProcess.run(
                program, ["-q", "-p", "-m", "PKCS8", "-P", "", "-N", "", "-f", bench.path("ssh")])
            #expect(converted.status == 0, "\(converted.errors)")
            #expect(try bench.sign("ssh").status == 0)

            try bench.openssl(
                "ec", "-aes128", "-passout", "pass:test", "-in", bench.path("key.pem"), "-out", bench.path("old.pem"))
            let old = try bench.sign("old.pem", ["--password-stdin"], input: "test")
            #expect(old.status == 1)
            #expect(old.errors.contains("openssl pkcs8 -topk8 -in FILE -out NEW.pem"), "\(old.errors)")
            try bench.openssl(
                "pkcs8", "-topk8", "-in", bench.path("old.pem"), "-passin", "pass:test", "-passout", "pass:new", "-out",
                bench.path("new.pem"))
            #expect(try bench.isSigned(bench.sign("new.pem", ["--password-stdin"], input: "new").output))
        }
    }

    @Test(
        "Long and deeply nested files fail with one line and no crash",
        arguments: [
            ("\n", 262_144), ("-----BEGIN PUBLIC KEY-----\n", 9_000), ("-----END PUBLIC KEY-----\n", 9_000),
            ("[", 262_144),
            (#"{"keys":"#, 30_000), (#"{"keys":[],"a":"#, 15_000), ("0", 262_144), ("a: b\n", 50_000),
            ("0\u{1}", 100_000),
            ("-", 262_144), ("{", 262_144), ("\u{FEFF}", 80_000),
        ])
    func longAndDeep(_ part: String, _ count: Int) throws {
        try KeyBench.run { bench in
            for before in ["", "-----BEGIN CERTIFICATE-----\n"] {
                try bench.write("file", String((before + String(repeating: part, count: count)).prefix(262_144)))
                for arguments in [
                    [
                        "client", "add", "--id", "a", "--name", "A", "--jwks", bench.path("file"), "--data",
                        bench.path("data"),
                    ],
                    ["assertion", "sign", "--client-id", "a", "--audience", "b", "--key", bench.path("file")],
                    ["keystore", "import", bench.path("file"), "--data", bench.path("data")],
                ] {
                    let result = try ServerProcess.run(arguments)
                    #expect((result.status, result.output) == (1, ""))
                    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
                }
            }
        }
    }
}
