import Foundation
import TestSupport
import Testing

@Suite("Usage errors: one line says what is wrong and what to type", .ownThreads)
struct UsageErrorTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let line: String
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String, _ line: String) {
            self.arguments = arguments.split(separator: " ").map(String.init)
            self.line = line
        }
    }

    static let examples: [Example] = [
        .init("sevre", "unknown command 'sevre'. Did you mean 'serve'? See 'countersign --help'."),
        .init(
            "client key lst", "unknown command 'lst'. Did you mean 'list'? See 'countersign client key --help'."),
        .init(
            "keystore frobnicate",
            "unknown command 'frobnicate'. The commands are import, list, show, export, remove. See 'countersign keystore --help'."
        ),
        .init("--verison", "unknown option '--verison'. Did you mean '--version'? See 'countersign --help'."),
        .init(
            "client add --nmae x",
            "unknown option '--nmae'. Did you mean '--name'? See 'countersign client add --help'."),
        .init(
            "token --isuer http://127.0.0.1:9443 --client-id a --key k",
            "unknown option '--isuer'. Did you mean '--issuer'? See 'countersign token --help'."),
        .init("help clinet", "unknown command 'clinet'. Did you mean 'client'? See 'countersign --help'."),
        .init("help client lst", "unknown command 'lst'. Did you mean 'list'? See 'countersign client --help'."),
        // Not the help, and not success.
        .init(
            "client key revoke a --0123456789012345678901234567890123456789x -b",
            "unknown option '-b'. See 'countersign client key revoke --help'."),
        .init("serve -hx", "unexpected argument '-hx'. See 'countersign serve --help'."),
        .init(
            "client key revoke -hx",
            "<key> is missing: the key's kid or RFC 7638 thumbprint. See 'countersign client key revoke --help'."),
        .init("serve extra", "unexpected argument 'extra'. See 'countersign serve --help'."),
        .init(
            "client add --jwks",
            "--jwks needs a value: its public keys as a JWK Set or a JWK; may be given more than once. See 'countersign client add --help'."
        ),
        .init(
            "assertion sign", "--client-id, --key and --audience are missing. See 'countersign assertion sign --help'."
        ),
        .init("client show", "<id> is missing: the client ID. See 'countersign client show --help'."),
        .init(
            "keygen --bits x",
            "--bits: 'x' is not allowed: the length of an RSA key: 2048 (default), 3072 or 4096. See 'countersign keygen --help'."
        ),
        .init(
            "client add --audience-profile stirct",
            "--audience-profile: 'stirct' is not one of compatible, strict, fapi, legacy, default. Did you mean 'strict'? See 'countersign client add --help'."
        ),
        .init(
            "client add --scope a,b",
            "--scope: 'a,b' contains a comma. Scopes are separated by spaces: --scope 'a b'. See 'countersign client add --help'."
        ),
        .init(
            "client key retire a b --in 7",
            "--in: '7' is not a duration of at most ten years. Write 90s, 15m, 1h or 7d. See 'countersign client key retire --help'."
        ),
        .init(
            "server-key rotate --in 299s",
            "--in must be at least 5m, because verifiers may keep the key set for that long. To replace a stolen key, use 'countersign server-key retire'. See 'countersign server-key rotate --help'."
        ),
        .init("explain --limit 0", "--limit must be 1 to 1000. See 'countersign explain --help'."),
        .init("serve --check=1", "--check takes no value. See 'countersign serve --help'."),
        .init(
            "client remove billing",
            "there is no terminal to ask on. Confirm with --yes. See 'countersign client remove --help'."),
    ]

    @Test("Every usage error exits with 2", arguments: examples)
    func usage(_ example: Example) throws {
        let result = try ServerProcess.run(example.arguments)
        #expect(result.errors == "error: \(example.line)\n")
        #expect((result.status, result.output) == (2, ""))
    }

    @Test("Control characters in a mistyped word are escaped")
    func escaped() throws {
        let result = try ServerProcess.run(["\u{1B}[2Jserve"])
        #expect(result.errors.hasPrefix("error: unknown command '\\u{1b}[2Jserve'."))
        #expect(!result.errors.contains("\u{1B}"))
    }

    @Test(
        "A command's help is still printed",
        arguments: [["help"], ["help", "client"], ["help", "client", "key", "list"]])
    func help(_ arguments: [String]) throws {
        let result = try ServerProcess.run(arguments)
        #expect(result.status == 0)
        #expect(result.output.contains("USAGE: countersign \(arguments.dropFirst().joined(separator: " "))"))
    }

    @Test("A word of 100,000 characters is truncated")
    func long() throws {
        let result = try ServerProcess.run(["explain", String(repeating: "x", count: 100_000), "--data", "/nowhere"])
        #expect(result.errors.count < 400)
        let command = try ServerProcess.run([String(repeating: "x", count: 100_000)])
        #expect(command.errors.hasPrefix("error: unknown command 'xxx"))
        #expect(command.errors.contains("xxx…xxx") && command.errors.count < 500)
    }

    @Test(
        "Algorithm names are case-insensitive, and Ed25519 is accepted",
        arguments: ["es256", "Ed25519", "ED25519", "eddsa"])
    func algorithm(_ name: String) throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let result = try ServerProcess.run(["keygen", "--alg", name, "--out", folder + "/k.pem"])
        #expect(result.status == 0)
        #expect(result.output.contains(name.hasPrefix("es") ? "ES256" : "EdDSA"))
    }
}
