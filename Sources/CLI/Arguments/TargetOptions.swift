import AdminClient
import Administration
import ArgumentParser
import Foundation

/// What an administrative command works on: a data directory of this machine, or a running server.
struct TargetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The data directory. Default: \(OpenedStore.defaultDirectory).", valueName: "dir"),
        completion: .directory)
    var data: String?

    @OptionGroup(title: "A running server, in place of --data") var remote: RemoteOptions

    func validate() throws { try remote.validate(beside: data) }

    /// Finds out what is meant.
    func target() throws -> Target { try Target(data: data, remote) }

    /// Lets `body` use the operations on what is meant.
    ///
    /// - Parameter creating: creates a missing store; otherwise a missing store is an error.
    func withOperations<Value>(
        creating: Bool = false, _ body: (Operations) async throws -> Value
    ) async throws -> Value {
        try await target().withOperations(creating: creating, body)
    }
}

/// `--server URL --client-id ID --key FILE`, or `--profile NAME`.
struct RemoteOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's issuer, exactly as in its metadata.", valueName: "url"))
    var server: String?

    @Option(help: ArgumentHelp("The client that authenticates there.", valueName: "id"))
    var clientId: String?

    @Option(help: ArgumentHelp("Its private key: PEM, DER or JWK.", valueName: "file"), completion: .file())
    var key: String?

    @Option(
        help: ArgumentHelp("A file whose first line is the key's password.", valueName: "file"), completion: .file())
    var keyPasswordFile: String?

    @Option(
        help: ArgumentHelp("A PEM file with the certificates to trust, instead of the system's.", valueName: "file"),
        completion: .file())
    var caCertificate: String?

    @Option(
        help: ArgumentHelp(
            "A server that 'countersign login' has saved. Default: $\(ProfileFile.variable).", valueName: "name"),
        completion: ProfileNames.completion)
    var profile: String?

    /// The options that go with `--server`, as they were given.
    private var details: [String] {
        [
            ("--client-id", clientId), ("--key", key), ("--key-password-file", keyPasswordFile),
            ("--ca-certificate", caCertificate),
        ].compactMap { $0.1 == nil ? nil : $0.0 }
    }

    /// Whether a server is named.
    var isGiven: Bool { server != nil || profile != nil }

    /// - Parameters:
    ///   - data: the value of `--data`.
    ///   - keyHasOtherUse: whether `--key` without a server is for something else.
    func validate(beside data: String?, keyHasOtherUse: Bool = false) throws {
        let details = details.filter { !keyHasOtherUse || isGiven || $0 != "--key" }
        if data != nil, let other = server != nil ? "--server" : profile != nil ? "--profile" : details.first {
            throw ValidationError("--data is a directory of this machine, so \(other) cannot be combined with it.")
        }
        if profile != nil, let other = server != nil ? "--server" : details.first {
            throw ValidationError("--profile names the server, the client and its key, so leave out \(other).")
        }
        if server == nil, let other = details.first {
            throw ValidationError("\(other) is for a running server. Name it with --server.")
        }
        guard server == nil || clientId != nil && key != nil else {
            throw ValidationError(
                "--server needs the client that authenticates there: give --client-id and --key, or save a profile with "
                    + "'countersign login'.")
        }
    }

    /// - Parameter option: one that describes a server which is not running, if it was given.
    func validate(without option: String?) throws {
        guard isGiven, let option else { return }
        throw ValidationError("A running server has its own configuration: leave out \(option).")
    }

    /// Finds the running server that the options or `COUNTERSIGN_PROFILE` name, for a command that also works without a server.
    ///
    /// - Parameter isLocal: whether other options say that it works without one.
    func target(unless isLocal: Bool) throws -> Target? {
        let variable = ProcessInfo.processInfo.environment[ProfileFile.variable] ?? ""
        guard isGiven || !isLocal && !variable.isEmpty else { return nil }
        return try Target(data: nil, self)
    }

    /// The server that the options describe; `nil` without `--server`.
    var given: ServerProfile? {
        guard let server, let clientId, let key else { return nil }
        return ServerProfile(
            server: server, clientID: clientId, key: key, keyPasswordFile: keyPasswordFile,
            caCertificate: caCertificate)
    }
}
