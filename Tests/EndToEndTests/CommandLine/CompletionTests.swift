import Foundation
import TestSupport
import Testing

@Suite("Completion in a real shell", .ownThreads, .requires("bash"))
struct CompletionTests {
    /// A shell with the completion script loaded, and a store with two clients, two keys, an alias and a refusal.
    private struct Shell {
        let folder: String
        let setup: ServerProcessTests.Setup

        init() throws {
            setup = try ServerProcessTests.Setup()
            folder = setup.server.directory
            try ServerProcessTests.expectSuccess(["client", "add", "--id", "bi zarre", "--data", folder])
            try ServerProcessTests.expectSuccess(["keygen", "--kid", "2026-11", "--out", folder + "/second.pem"])
            try ServerProcessTests.expectSuccess([
                "client", "edit", "billing", "--jwks", folder + "/second.jwks.json", "--data", folder,
            ])
            try TLSIdentity.make("entry").write(to: folder)
            try ServerProcessTests.expectSuccess([
                "keystore", "import", folder + "/tls.pem", "--alias", "entry", "--data", folder,
            ])
            let script = try ServerProcessTests.expectSuccess(["--generate-completion-script", "bash"])
            try script.write(toFile: folder + "/completion.bash", atomically: true, encoding: .utf8)
        }

        /// Returns bash's completions of the last word.
        func offers(_ words: String...) throws -> [String] {
            let result = try ServerProcess.run(
                "/bin/bash",
                [
                    "-c",
                    """
                    shopt -s extglob; PATH="$1:$PATH"; . "$2/completion.bash"; cd "$2"; shift 2
                    COMP_WORDS=(countersign "$@"); COMP_CWORD=$#; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
                    _countersign countersign "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """, "bash", ServerProcess.binary.deletingLastPathComponent().path, folder,
                ] + words)
            #expect(result.errors == "")
            return result.output.split(separator: "\n").map(String.init)
        }
    }

    @Test("Client IDs, keys, aliases and references are completed from the store named by --data")
    func names() throws {
        let shell = try Shell()
        defer { shell.setup.server.kill() }
        let data = ["--data", shell.folder]
        #expect(try shell.offers("client", "show", data[0], data[1], "") == ["billing"])
        #expect(try shell.offers("client", "show", data[0], data[1], "bill") == ["billing"])
        #expect(try shell.offers("client", "show", data[0], data[1], "billing") == ["billing"])
        #expect(try shell.offers("client", "edit", data[0], data[1], "x") == [])
        // More than one character: the other key is offered by its thumbprint, which begins with a random one.
        #expect(try shell.offers("client", "key", "revoke", data[0], data[1], "billing", "2026") == ["2026-11"])
        #expect(try shell.offers("keystore", "show", data[0], data[1], "") == ["entry"])
        // Without a store there are no completions, and no error message disturbs the prompt.
        #expect(try shell.offers("client", "show", "--data", "/nowhere", "") == [])

        let refusal = try shell.setup.token("x.y.z")
        let reference = try #require(refusal.body.firstMatch(of: /"reference":"([^"]+)"/)?.1)
        try Patience.expect("the reference is offered") {
            try shell.offers("explain", data[0], data[1], "").contains(String(reference))
        }
    }

    /// Names that a shell would run, expand, split or take for an option.
    static let hostile = [
        "$(touch pwned)", "$(touch${IFS}pwned)", "`touch pwned`", "a;touch pwned", "'x", "\"x", "a b", "*", "~root",
        "-x", "a|b", "$HOME", "a\\b", "a&touch pwned",
    ]

    @Test("Client, key and alias names are never run or expanded, and other names still complete")
    func hostileNames() throws {
        let shell = try Shell()
        defer { shell.setup.server.kill() }
        for (number, name) in Self.hostile.enumerated() {
            try ServerProcessTests.expectSuccess(["client", "add", "--id=\(name)", "--data", shell.folder])
            try ServerProcessTests.expectSuccess([
                "keystore", "import", shell.folder + "/tls.pem", "--alias=\(name)", "--data", shell.folder,
            ])
            let key = shell.folder + "/hostile\(number)"
            try ServerProcessTests.expectSuccess(["keygen", "--kid=\(name)", "--out", key + ".pem"])
            try ServerProcessTests.expectSuccess([
                "client", "edit", "billing", "--jwks", key + ".jwks.json", "--data", shell.folder,
            ])
        }
        try ServerProcessTests.expectSuccess(["client", "add", "--id", "https://a.example/c", "--data", shell.folder])
        let data = ["--data", shell.folder]
        #expect(try shell.offers("client", "show", data[0], data[1], "") == ["billing", "https://a.example/c"])
        #expect(try shell.offers("keystore", "show", data[0], data[1], "") == ["entry"])
        #expect(try shell.offers("client", "key", "revoke", data[0], data[1], "billing", "2026") == ["2026-11"])
        for beginning in ["$", "`", "'", "a", "$(touch", "*"] {
            #expect(try shell.offers("client", "show", data[0], data[1], beginning) == [])
        }
        #expect(try !shell.offers("client", "show", data[0], data[1], "-").contains("-x"))
        #expect(!FileManager.default.fileExists(atPath: shell.folder + "/pwned"))
    }

    @Test("The bash script passes no name from the store to anything that expands it")
    func script() throws {
        let script = try ServerProcessTests.expectSuccess(["--generate-completion-script", "bash"])
        #expect(
            script.contains("__countersign_add_names < <(__countersign_custom_complete ---completion client show --"))
        #expect(!script.contains("-W \"$("))
    }

    @Test("Commands, options and algorithms are completed")
    func words() throws {
        let shell = try Shell()
        defer { shell.setup.server.kill() }
        #expect(try shell.offers("key").sorted() == ["key-set", "keygen", "keystore"])
        #expect(try shell.offers("keygen", "--alg", "Ed") == ["EdDSA", "Ed25519"])
        #expect(try shell.offers("token", "--ca") == ["--ca-certificate"])
    }
}
