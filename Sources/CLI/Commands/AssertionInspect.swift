import Administration
import ArgumentParser
import CountersignKeyFiles
import SQLite
import Server

/// `countersign assertion inspect`: the outcome of every rule.
struct AssertionInspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Run every rule on an assertion and print the results.",
        discussion: """
            The assertion is not used up: it can still be sent afterwards. Exit status: 0 if no rule failed, 1 if \
            any rule failed or cannot be judged without a fetch. With --json the verdict says whether it is accepted.

            The client comes from the server's store (--data). With --public-key the signature is checked with that key; \
            without a store the client is then assumed to be registered with it. With --reference, what is kept of a refused assertion \
            is judged again, by default at the time when it arrived; its signature is not kept.

            With --server or --profile the running server judges; the assertion is sent to it, and --key is the private key that \
            authenticates this command. Without them, --key is the same as --public-key. The profile that COUNTERSIGN_PROFILE names \
            is used unless --data, --config, --issuer, --public-key or --key is given.

            EXAMPLES
              countersign assertion inspect "$ASSERTION" --data ./countersign-data
              countersign assertion inspect "$ASSERTION" --public-key billing.jwks.json \\
                  --issuer https://auth.example.com
              countersign assertion inspect - --json < assertion.txt
              countersign assertion inspect - --profile production < assertion.txt
              countersign assertion inspect "$ASSERTION" --at 2026-11-24T10:15:00Z
              countersign assertion inspect "$ASSERTION" --audience-profile strict \\
                  --registered-key 2026-09
              countersign assertion inspect --reference K3ZQ7M2A \\
                  --audience-profile compatible --profile production
            """)

    @Argument(help: "The assertion; - reads standard input.")
    var token: String?

    @Option(help: "Judge the refusal with this reference again.", completion: StoreNames.references)
    var reference: String?

    @Option(
        help: ArgumentHelp("The data directory. Default: ./countersign-data, if it exists.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp("A public key, certificate, JWK or JWK Set to check the signature with.", valueName: "file"),
        completion: .file())
    var publicKey: String?

    @Option(
        help:
            "The server's issuer, which aud is compared with. Default: that of --config; without it aud is unchecked.")
    var issuer: String?

    @Option(
        help: ArgumentHelp(
            "The server's configuration file: its issuer, its policy, its data directory.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Option(help: "How strictly aud is read. Default: the client's, or compatible.")
    var audienceProfile: AudienceProfile?

    @Flag(
        inversion: .prefixedNo,
        help: "Judge as if typ had, or had not, to be client-authentication+jwt. Default: as registered.")
    var requireExplicitTyping: Bool?

    @Option(
        help: ArgumentHelp(
            "Judge as if the client's own key with this kid or thumbprint were usable without any restriction.",
            valueName: "name"))
    var registeredKey: String?

    @OptionGroup(title: "A running server, which judges") var remote: RemoteOptions

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp("The time of the check: 2026-11-24T10:15:00Z, or seconds since 1970.", valueName: "time"),
        transform: Transform.time)
    var at: UnixTime?

    func validate() throws {
        guard (token == nil) != (reference == nil) else {
            throw ValidationError("Give an assertion, or --reference with that of a refusal.")
        }
        try remote.validate(beside: data, keyHasOtherUse: true)
        try remote.validate(without: issuer != nil ? "--issuer" : config != nil ? "--config" : nil)
        let keys = [
            ("--public-key", publicKey), ("--key", remote.isGiven ? nil : remote.key),
            ("--registered-key", registeredKey),
        ].filter { $0.1 != nil }.map(\.0)
        guard keys.count < 2 else { throw ValidationError("Give \(keys.joined(separator: " or ")), not both.") }
    }

    func run() async throws {
        let subject: InspectionSubject =
            if let reference { .refusal(reference) } else {
                .assertion(token == "-" ? try InputFile("-").line : Array((token ?? "").utf8))
            }
        let inspected: Inspected
        do {
            inspected = try await inspect(subject)
        } catch let failure as RefusalFailure {
            throw CommandFailure(failure.detail)
        }
        if json { JSONOutput.print(inspected.json) } else { print(inspected.text) }
        guard inspected.trace.isClean, inspected.report?.fetch == nil else { throw ExitCode(1) }
    }

    private func inspect(_ subject: InspectionSubject) async throws -> Inspected {
        let conditions = try conditions()
        let keys = try keyFile.map { try KeyFile.read($0).keys } ?? []
        let isLocal = [data, config, issuer, publicKey, remote.key].contains { $0 != nil }
        if let target = try remote.target(unless: isLocal), case .server(let profile, _) = target {
            let report = try await profile.withServer { try await $0.inspect(subject, asIf: conditions, keys: keys) }
            return Inspected(subject, report, options: target.options, issuer: profile.server)
        }
        let configuration = try config.map(ServerConfiguration.read)
        return try await inspect(
            subject, conditions, AssertionConditions.keys(keys), configuration, try urls(of: configuration))
    }

    /// The file of a key in place of the client's own.
    private var keyFile: String? { publicKey ?? (remote.isGiven ? nil : remote.key) }

    private func urls(of configuration: ServerConfiguration?) throws -> ServerURLs {
        if let configuration, issuer == nil { return configuration.urls }
        let text = issuer ?? Self.unknownIssuer
        guard let urls = ServerURLs(issuer: text) else {
            throw ValidationError(
                "--issuer: '\(text)' is not a valid issuer. Give an http or https URL without a slash at its end.")
        }
        return urls
    }

    /// A placeholder that nothing is compared with.
    private static let unknownIssuer = "http://127.0.0.1:9443"

    private func inspect(
        _ subject: InspectionSubject, _ conditions: AssertionConditions, _ keys: [ClientKey],
        _ configuration: ServerConfiguration?, _ urls: ServerURLs
    ) async throws -> Inspected {
        let obstacle = issuer == nil && config == nil ? "the issuer is unknown: give --issuer or --config" : nil
        let settings = configuration?.settings ?? ServerSettings()
        var conditions = conditions
        if !keys.isEmpty { conditions.keys = .given(keys) }
        let shownIssuer = issuer ?? configuration?.urls.issuer
        if data == nil, !keys.isEmpty, case .assertion(let token) = subject {
            var policy = settings.policy
            if let requireExplicitTyping { policy.requiresExplicitTyping = requireExplicitTyping }
            let options = ClientOptions(audienceProfile: audienceProfile)
            let trace = try await Trace.inspecting(
                token, policy: policy, audiences: AcceptedAudiences(issuer: urls.issuer, endpoints: [urls.token]),
                at: at ?? UnixTime.now, audienceProblem: obstacle
            ) { id throws(StoreUnavailable) in RegisteredClient(id: id, keys: keys, options: options) }
            return Inspected(subject, trace, issuer: shownIssuer)
        }
        let named = data ?? configuration?.dataDirectory
        let directory = named ?? OpenedStore.defaultDirectory
        guard data != nil || SQLiteStore.exists(in: directory) else {
            let other =
                reference == nil ? "a public key with --public-key" : "a running server with --profile or --server"
            throw ValidationError(
                """
                There is no store in \(directory)\(keys.isEmpty ? ", and no key was given" : ""). Name the server's data \
                directory with --data, or \(other).
                """)
        }
        return try await OpenedStore.with(directory) { [conditions] store in
            let report = try await AssertionDebugger(store, settings, urls).inspect(
                subject, asIf: conditions, audienceProblem: obstacle, at: .now)
            return Inspected(
                subject, report, options: named.map { Target.directory($0).options } ?? [], issuer: shownIssuer)
        }
    }

    private func conditions() throws -> AssertionConditions {
        var conditions = AssertionConditions()
        (conditions.time, conditions.profile) = (at, audienceProfile)
        conditions.requiresTyping = requireExplicitTyping
        conditions.keys = registeredKey.map { .registered($0) }
        return conditions
    }
}
