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
            The assertion is not used up: it can still be sent afterwards. Exit status: 0 if every rule held, 1 if \
            any rule failed or cannot be judged without a fetch.

            The client comes from the server's store (--data). With --key the signature is checked with that public key; \
            without a store the client is then assumed to be registered with it.

            EXAMPLES
              countersign assertion inspect "$ASSERTION" --data ./countersign-data
              countersign assertion inspect "$ASSERTION" --key billing.jwks.json \\
                  --issuer https://auth.example.com
              countersign assertion inspect - --json < assertion.txt
              countersign assertion inspect "$ASSERTION" --at 2026-11-24T10:15:00Z
              countersign assertion inspect "$ASSERTION" --audience-profile strict \\
                  --registered-key 2026-09
            """)

    @Argument(help: "The assertion; - reads standard input.")
    var token: String

    @Option(
        help: ArgumentHelp("The data directory. Default: ./countersign-data, if it exists.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(help: "A public key, certificate, JWK or JWK Set to check the signature with.", completion: .file())
    var key: String?

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

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp("The time of the check: 2026-11-24T10:15:00Z, or seconds since 1970.", valueName: "time"),
        transform: Transform.time)
    var at: UnixTime?

    func run() async throws {
        let token = token == "-" ? try InputFile("-").line : Array(token.utf8)
        let configuration = try config.map(ServerConfiguration.read)
        let urls = try urls(of: configuration)
        let directory = data ?? configuration?.dataDirectory
        let result = try await inspect(token, configuration?.settings ?? ServerSettings(), urls, directory)
        let assertion = try? ClientAssertion(parsing: token)
        if json {
            JSONOutput.print(Self.json(assertion, result))
        } else {
            let subject = assertion?.claims.object.string("sub")?.text
            let table = TraceTable(
                trace: result.trace, facts: assertion.map(Self.facts(of:)),
                remedies: OperatorRemedyText(
                    client: subject, options: directory.map { Target.directory($0).options } ?? []),
                nearMatch: result.nearMatch,
                issuer: issuer ?? configuration?.urls.issuer)
            print(table.text)
            if let fetch = result.fetch {
                print("\nRule \(fetch.rule.rawValue) cannot be judged without a fetch: \(fetch.phrase).")
            }
        }
        guard result.trace.isClean, result.fetch == nil else { throw ExitCode(1) }
    }

    /// The outcome of every rule, and what is known besides.
    private struct Inspected {
        let trace: Trace
        var nearMatch: String?
        /// `nil` without a store.
        var judgement: AssertionJudgement?

        var fetch: NeededFetch? { judgement?.fetch }
    }

    /// Header parameters, then claims.
    private static func facts(of assertion: ClientAssertion) -> JSONObject {
        let members = assertion.jws.header.parameters.members + assertion.claims.object.members
        return JSONObject(members.map { ($0.name.text, $0.value) })
    }

    private static func json(_ assertion: ClientAssertion?, _ result: Inspected) -> JSONObject {
        [
            "clean": .boolean(result.trace.isClean),
            "header": .object(assertion?.jws.header.parameters) ?? .null,
            "claims": .object(assertion?.claims.object) ?? .null,
            "fetch": .object(result.fetch?.json) ?? .null,
            "rules": result.trace.json(wording: OperatorRemedyText().sentences),
        ]
    }

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
        _ token: [UInt8], _ settings: ServerSettings, _ urls: ServerURLs, _ data: String?
    ) async throws -> Inspected {
        let obstacle = issuer == nil && config == nil ? "the issuer is unknown: give --issuer or --config" : nil
        let now = UnixTime.now
        let conditions = try conditions()
        let directory = data ?? OpenedStore.defaultDirectory
        if self.data == nil, case .given(let keys)? = conditions.keys {
            var policy = settings.policy
            if let requireExplicitTyping { policy.requiresExplicitTyping = requireExplicitTyping }
            let options = ClientOptions(audienceProfile: audienceProfile)
            return Inspected(
                trace: try await Trace.inspecting(
                    token, policy: policy, audiences: AcceptedAudiences(issuer: urls.issuer, endpoints: [urls.token]),
                    at: at ?? now, audienceProblem: obstacle
                ) { id throws(StoreUnavailable) in RegisteredClient(id: id, keys: keys, options: options) })
        }
        guard self.data != nil || SQLiteStore.exists(in: directory) else {
            throw ValidationError(
                """
                There is no store in \(directory), and no key was given. Name the server's data directory with --data, \
                or a public key with --key.
                """)
        }
        return try await OpenedStore.with(directory) { store in
            let judgement = try await AssertionDebugger(store, settings, urls).judge(
                token, asIf: conditions, audienceProblem: obstacle, at: now)
            return Inspected(
                trace: judgement.trace,
                nearMatch: try await NearMatch.sentence(for: judgement.client?.text, judgement.trace, in: store),
                judgement: judgement)
        }
    }

    private func conditions() throws -> AssertionConditions {
        var conditions = AssertionConditions()
        (conditions.time, conditions.profile) = (at, audienceProfile)
        conditions.requiresTyping = requireExplicitTyping
        switch (key, registeredKey) {
        case (.some, .some): throw ValidationError("Give --key or --registered-key, not both.")
        case (let file?, nil): conditions.keys = .given(AssertionConditions.keys(try KeyFile.read(file).keys))
        case (nil, let name?): conditions.keys = .registered(name)
        case (nil, nil): break
        }
        return conditions
    }
}
