import ArgumentParser

/// `countersign jws`: the JOSE core by itself.
struct JWSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jws", abstract: "Verify any JWS with a key.", subcommands: [JWSVerify.self])
}
