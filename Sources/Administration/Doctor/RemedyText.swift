extension Finding.Remedy {
    /// The remedy as a command ready for a shell, or as a phrase.
    package var text: String {
        func export(_ alias: ExactString) -> String {
            ShellCommand.text(["keystore", "export"], on: alias.text, ["--out", "FILE"]) + ", then "
        }
        return switch self {
        case .addKey(let client): ShellCommand.edit(client, ["--jwks", "FILE"])
        case .addKeyOrChangeAlgorithm(let client):
            ShellCommand.edit(client, ["--jwks", "FILE"]) + ", or --auth-signing-alg ALG"
        case .changeTokenAlgorithm(let client, let choice):
            ShellCommand.edit(client, [choice.response.flag, "default"])
                + ", or \(choice.setting) in the server's configuration, and start it"
        case .removeKey(let client, let name): ShellCommand.edit(client, ShellCommand.option("--remove-key", name))
        case .addCertificate(let client): ShellCommand.edit(client, ["--certificate", "FILE"])
        case .showClient(let client): ShellCommand.show(client.text)
        case .forbidReuse(let client): ShellCommand.edit(client, ["--forbid-reuse"])
        case .leaveLegacyProfile(let client):
            "correct the client, then " + ShellCommand.edit(client, ["--audience-profile", "compatible"])
        case .requireProofKey(let client):
            "if it sends a code_challenge, " + ShellCommand.edit(client, ["--require-pkce"])
        case .listRedirectURIs(let client):
            ShellCommand.edit(client, ["--redirect-uri", "URI"]) + " for each address"
        case .replaceEntry(let alias): ShellCommand.importing(as: alias.text) + " --replace"
        case .removeEntry(let alias): ShellCommand.text(["keystore", "remove"], on: alias.text)
        case .removeEntryOrOther(let alias):
            ShellCommand.text(["keystore", "remove"], on: alias.text) + ", or the other one"
        case .moveEntry(let alias, let client): export(alias) + ShellCommand.edit(client, ["--certificate", "FILE"])
        case .moveEntryToChosenClient(let alias):
            export(alias) + "countersign client edit ID --certificate FILE for the right client"
        case .renameEntry(let alias, let name): export(alias) + ShellCommand.importing(as: name)
        case .fetch(let url): "curl -v \(url)"
        case .startServer: "start the server, which reads it"
        case .raiseReplayLimit: "raise replay.maximum_live_claims, or shorten assertions.maximum_lifetime_minutes"
        case .correctClock:
            "correct the clock; then wait until that time, or see [replay] in docs/configuration.md"
        case .written(let text): text
        }
    }
}

extension SignedResponse {
    /// The option of `client edit`.
    package var flag: String {
        switch self {
        case .idToken: "--id-token-signing-alg"
        case .userInfo: "--userinfo-signing-alg"
        case .introspection: "--introspection-signing-alg"
        }
    }
}

extension SignedResponse.Choice {
    /// The setting with which a server signs with the algorithm.
    package var setting: String { "signing_algorithm = \"\(algorithm.name)\" under [access_tokens]" }
}
