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
            any rule failed.

            The client comes from the server's store (--data). With --key the signature is checked with that public key; \
            without a store the client is then assumed to be registered with it.

            EXAMPLES
              countersign assertion inspect "$ASSERTION" --data ./countersign-data
              countersign assertion inspect "$ASSERTION" --key billing.jwks.json \\
                  --issuer https://auth.example.com
              countersign assertion inspect - --json < assertion.txt
              countersign assertion inspect "$ASSERTION" --at 2026-11-24T10:15:00Z
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
        let audiences = AcceptedAudiences(issuer: urls.issuer, endpoints: [urls.token])
        var policy = configuration?.settings.policy ?? AssertionPolicy()
        if let audienceProfile { policy.audienceProfile = audienceProfile }
        let directory = data ?? configuration?.dataDirectory
        let (trace, nearMatch) = try await inspect(token, policy, audiences, directory, at: at ?? .now)
        let assertion = try? ClientAssertion(parsing: token)
        if json {
            JSONOutput.print(Self.json(assertion, trace))
        } else {
            let subject = assertion?.claims.object.string("sub")?.text
            let table = TraceTable(
                trace: trace, facts: assertion.map(Self.facts(of:)),
                remedies: OperatorRemedyText(
                    client: subject, options: directory.map { Target.directory($0).options } ?? []),
                nearMatch: nearMatch,
                issuer: issuer ?? configuration?.urls.issuer)
            print(table.text)
        }
        guard trace.isClean else { throw ExitCode(1) }
    }

    /// Header parameters, then claims.
    private static func facts(of assertion: ClientAssertion) -> JSONObject {
        let members = assertion.jws.header.parameters.members + assertion.claims.object.members
        return JSONObject(members.map { ($0.name.text, $0.value) })
    }

    private static func json(_ assertion: ClientAssertion?, _ trace: Trace) -> JSONObject {
        [
            "clean": .boolean(trace.isClean),
            "header": .object(assertion?.jws.header.parameters) ?? .null,
            "claims": .object(assertion?.claims.object) ?? .null,
            "rules": trace.json(wording: OperatorRemedyText().sentences),
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
        _ token: [UInt8], _ policy: AssertionPolicy, _ audiences: AcceptedAudiences, _ data: String?, at now: UnixTime
    ) async throws -> (Trace, nearMatch: String?) {
        let obstacle = issuer == nil && config == nil ? "the issuer is unknown: give --issuer or --config" : nil
        let keys = try key.map(KeyFile.read)?.keys.map { ClientKey($0.jwk, certificate: $0.certificate?.facts) }
        func trace(_ client: (ClientID) async throws(StoreUnavailable) -> RegisteredClient?) async throws -> Trace {
            try await Trace.inspecting(
                token, policy: policy, audiences: audiences, at: now, audienceProblem: obstacle, client: client)
        }
        let profile = audienceProfile
        let directory = data ?? OpenedStore.defaultDirectory
        guard self.data != nil || (keys == nil && SQLiteStore.exists(in: directory)) else {
            guard let keys else {
                throw ValidationError(
                    """
                    There is no store in \(directory), and no key was given. Name the server's data directory with --data, \
                    or a public key with --key.
                    """)
            }
            let options = ClientOptions(audienceProfile: profile)
            return (try await trace { RegisteredClient(id: $0, keys: keys, options: options) }, nil)
        }
        return try await OpenedStore.with(directory) { store in
            let trace = try await trace { id throws(StoreUnavailable) in
                do throws(StoreError) {
                    return try await AssertionDebugger.client(id, in: store)?.with(keys, profile)
                } catch {
                    throw error.asUnavailable
                }
            }
            let subject = (try? ClientAssertion(parsing: token))?.claims.object.string("sub")
            return (trace, try await NearMatch.sentence(for: subject?.text, trace, in: store))
        }
    }
}

extension RegisteredClient {
    /// Returns the client with the keys and profile of the command line instead of the registered ones.
    fileprivate func with(_ keys: [ClientKey]?, _ profile: AudienceProfile?) -> RegisteredClient {
        var client = self
        if let keys { client.keys = keys }
        if let profile { client.options.audienceProfile = profile }
        return client
    }
}
