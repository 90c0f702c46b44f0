import ArgumentParser
import Countersign
import CountersignJOSE
import CountersignKeys
import CountersignServer
import CountersignStore
import CountersignStoreSQLite
import Foundation

/// `countersign assertion inspect`: every rule, and what became of it.
struct AssertionInspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Run every rule on an assertion and print which held.",
        discussion: """
            Nothing is used up: the assertion can still be sent afterwards. Ends with 0 where every rule held, with 1 where \
            one fell.

            The client comes from the server's store (--data). With --key the signature is checked with that public key; \
            without a store the client is then taken to be registered with it.

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
        help: ArgumentHelp("The data directory. Default: ./countersign-data, where there is one.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(help: "A public key, certificate, JWK or JWK Set to check the signature with.", completion: .file())
    var key: String?

    @Option(help: "The server's issuer, which aud is compared with.")
    var issuer = "http://127.0.0.1:9443"

    @Option(
        help: "How strictly aud is read: compatible, strict, fapi or legacy. Default: the client's, or compatible.",
        completion: .list(AudienceProfile.allCases.map(\.rawValue)),
        transform: { try OneOf.read($0, AudienceProfile.init, among: AudienceProfile.allCases.map(\.rawValue)) })
    var audienceProfile: AudienceProfile?

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp("The time to judge by: 2026-11-24T10:15:00Z, or seconds since 1970.", valueName: "time"),
        transform: TimeArgument.read)
    var at: UnixTime?

    func run() async throws {
        let token = token == "-" ? try InputFile("-").line : Array(token.utf8)
        guard let urls = ServerURLs(issuer: issuer) else {
            throw ValidationError(
                "--issuer: '\(issuer)' is not an issuer. Give an http or https URL without a slash at its end.")
        }
        var policy = ServerSettings(urls: urls).policy
        if let audienceProfile { policy.audienceProfile = audienceProfile }
        let trace = try await inspect(token, policy, at: at ?? .now)
        let assertion = try? ClientAssertion(parsing: token)
        if json {
            JSONOutput.print(Self.json(assertion, trace))
        } else {
            print(TraceTable(trace, facts: assertion.map(Self.facts(of:))).text)
        }
        guard trace.isClean else { throw ExitCode(1) }
    }

    /// Header parameters, then claims.
    private static func facts(of assertion: ClientAssertion) -> JSONObject {
        let members = assertion.jws.header.parameters.members + assertion.claims.object.members
        return JSONObject(members.map { ($0.name.text, $0.value) })
    }

    private static func json(_ assertion: ClientAssertion?, _ trace: Trace) -> JSONObject {
        JSONObject([
            ("clean", .boolean(trace.isClean)),
            ("header", assertion.map { .object($0.jws.header.parameters) } ?? .null),
            ("claims", assertion.map { .object($0.claims.object) } ?? .null), ("rules", trace.json),
        ])
    }

    private func inspect(_ token: [UInt8], _ policy: AssertionPolicy, at now: UnixTime) async throws -> Trace {
        let keys = try key.map(KeyFile.read)?.keys.map { ClientKey($0.jwk, certificate: $0.certificate?.facts) }
        let profile = audienceProfile
        let directory = data ?? OpenedStore.defaultDirectory
        guard data != nil || (keys == nil && SQLiteStore.exists(in: directory)) else {
            guard let keys else {
                throw ValidationError(
                    """
                    There is no store in \(directory), and no key was given. Name the server's data directory with --data, \
                    or a public key with --key.
                    """)
            }
            return try await Trace.inspecting(
                token, policy: policy, endpoint: policy.tokenEndpoint, at: now,
                client: { RegisteredClient(id: $0, keys: keys, audienceProfile: profile) })
        }
        return try await OpenedStore.with(directory) { store in
            try await Trace.inspecting(
                token, policy: policy, endpoint: policy.tokenEndpoint, at: now,
                client: { id throws(StoreUnavailable) in
                    do throws(StoreError) {
                        return try await store.knownClient(id)?.with(keys, profile)
                    } catch {
                        throw error.asUnavailable
                    }
                })
        }
    }
}

extension RegisteredClient {
    /// The same client with what was said on the command line in place of what is registered.
    fileprivate func with(_ keys: [ClientKey]?, _ profile: AudienceProfile?) -> RegisteredClient {
        RegisteredClient(
            id: id, isEnabled: isEnabled, authenticationMethod: authenticationMethod,
            signingAlgorithm: signingAlgorithm, keys: keys ?? self.keys,
            audienceProfile: profile ?? audienceProfile, allowsReuse: allowsReuse,
            requiresExplicitTyping: requiresExplicitTyping, certificateValidity: certificateValidity,
            keySetURL: keySetURL)
    }
}

extension ClientStore where Self: RemoteKeySetStore {
    /// A client as a server would know it now: with the keys that were last read from its key set, if it has one.
    fileprivate func knownClient(_ id: ClientID) async throws(StoreError) -> RegisteredClient? {
        guard let client = try await registration(of: id)?.registeredClient else { return nil }
        guard let url = client.keySetURL, let record = try await remoteKeySet(url.text) else { return client }
        let keys = (try? JWKSet(parsingPublished: record.body))?.keys ?? []
        return client.with(keys: keys.map { ClientKey($0) })
    }
}

/// `--at TIME`: RFC 3339, or seconds since 1970.
enum TimeArgument {
    static func read(_ text: String) throws -> UnixTime {
        if let seconds = Int64(text) { return UnixTime(seconds: seconds) }
        guard let date = try? Date(text, strategy: .iso8601),
            let time = UnixTime(numericDate: date.timeIntervalSince1970)
        else { throw ValidationError("'\(text)' is not a time. Write 2026-11-24T10:15:00Z, or seconds since 1970.") }
        return time
    }
}
