import Foundation
import Testing

@Suite("Completion in a real shell", .requires("bash"))
struct CompletionTests {
    /// A shell that has read the completion script, and a store with two clients, two keys, an alias and a refusal.
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

        /// What bash would offer for the last of these words.
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

    @Test("Client IDs, keys, aliases and references come from the store that --data names")
    func names() throws {
        let shell = try Shell()
        defer { shell.setup.server.kill() }
        let data = ["--data", shell.folder]
        #expect(try shell.offers("client", "show", data[0], data[1], "") == ["bi zarre", "billing"])
        #expect(try shell.offers("client", "show", data[0], data[1], "bill") == ["billing"])
        #expect(try shell.offers("client", "show", data[0], data[1], "billing") == ["billing"])
        #expect(try shell.offers("client", "edit", data[0], data[1], "x") == [])
        #expect(try shell.offers("client", "key", "revoke", data[0], data[1], "billing", "2") == ["2026-11"])
        #expect(try shell.offers("keystore", "show", data[0], data[1], "") == ["entry"])
        // No store, no names, and no word of complaint between the prompt and what is typed.
        #expect(try shell.offers("client", "show", "--data", "/nowhere", "") == [])

        let refusal = try shell.setup.token("x.y.z")
        let reference = try #require(refusal.body.firstMatch(of: /"reference":"([^"]+)"/)?.1)
        try Patience.expect("the reference is offered") {
            try shell.offers("explain", data[0], data[1], "").contains(String(reference))
        }
    }

    @Test("Commands, options and algorithms")
    func words() throws {
        let shell = try Shell()
        defer { shell.setup.server.kill() }
        #expect(try shell.offers("key").sorted() == ["keygen", "keystore"])
        #expect(try shell.offers("keygen", "--alg", "Ed") == ["EdDSA", "Ed25519"])
        #expect(try shell.offers("token", "--ca") == ["--ca-certificate"])
    }
}
