import ArgumentParser
import CountersignClient
import CountersignKeyFiles

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Fetch an access token.",
        discussion: """
            Reads the server's metadata, signs an assertion, sends it and prints the access token.

            EXAMPLES
              countersign token --issuer https://auth.example.com \\
                  --client-id billing --key billing.pem
              countersign token --issuer http://127.0.0.1:9443 \\
                  --client-id billing --key billing.pem --scope "invoices.read" --json
              countersign token --issuer http://127.0.0.1:9443 \\
                  --client-id billing --key billing.pem --claims
              countersign token --issuer https://auth.example.com \\
                  --client-id billing --key billing.pem \\
                  --resource https://api.example.com
              countersign token --issuer http://127.0.0.1:9443 \\
                  --client-id billing --key billing.pem --curl | sh
              countersign token --issuer https://auth.example.com \\
                  --client-id billing --key encrypted.pem --password-file billing.password
            """)

    @Option(help: "The server's issuer, exactly as in its metadata.")
    var issuer: String

    @Option(help: "The client ID.", completion: StoreNames.clients)
    var clientId: String

    @Option(help: "The private key: PEM, DER or JWK; - reads standard input.", completion: .file())
    var key: String

    @OptionGroup var password: PasswordOptions

    @Option(
        help: "Scopes to ask for, separated by spaces; may be given more than once. Default: all registered ones.",
        transform: Transform.scopes)
    var scope: [[String]] = []

    @Option(
        help: ArgumentHelp(
            "An API that the token is for (RFC 8707); may be given more than once. A server without resources ignores it.",
            valueName: "uri"),
        completion: StoreNames.resources, transform: Transform.resource)
    var resource: [String] = []

    @Option(help: "The signature algorithm. Default: the key's own.")
    var alg: SignatureAlgorithm?

    @Option(help: "The assertion's kid. Default: the one of a JWK.")
    var kid: String?

    @Flag(help: "Print the whole response.")
    var json = false

    @Flag(help: "Print the token's contents instead of the token.")
    var claims = false

    @Flag(help: "Send nothing: print the request as a curl command, valid for one use within a minute.")
    var curl = false

    @Option(help: "A PEM file with the certificates to trust, instead of the system's.", completion: .file())
    var caCertificate: String?

    @Flag(help: "Accept any server certificate. For testing only.")
    var insecure = false

    func validate() throws {
        try password.validate(beside: key)
        guard caCertificate == nil || !insecure else {
            throw ValidationError("--ca-certificate and --insecure exclude each other.")
        }
        guard !curl || !json && !claims else {
            throw ValidationError("--curl sends nothing, so --json and --claims have nothing to print.")
        }
    }

    func run() async throws {
        let file = try PrivateKeyFile.read(key, password)
        if let caCertificate { try ServerTrust.checkAuthorities(caCertificate) }
        let connection = try Connection(trust: trust)
        let client = TokenClient(
            issuer: issuer, clientID: ClientID(clientId), key: file.key, algorithm: alg ?? file.algorithm,
            keyID: kid.map { ExactString($0) } ?? file.keyID, connection: connection)
        do {
            print(try await closing(connection.close) { try await answer(client) })
        } catch TokenClientError.notTrusted(let url, .certificateRefused) {
            throw CommandFailure(ServerTrust.refusedCertificate(url, authorities: caCertificate))
        }
    }

    private var trust: ServerTrust {
        if insecure { return .anyone }
        return caCertificate.map { .authorities(file: $0) } ?? .system
    }

    private func answer(_ client: TokenClient) async throws -> String {
        let request = try client.request(
            scope: Transform.union(scope)?.joined(separator: " "), resources: resource, to: try await client.metadata())
        guard !curl else { return request.curl(options: curlOptions) }
        let response = try await client.send(request)
        warn(ofAudience: AccessTokenText(response: response).audience)
        guard claims else { return json ? JSONOutput.text(.object(response.object)) : response.accessToken }
        let contents = AccessTokenText(response: response)
        return json ? JSONOutput.text(.object(contents.json)) : contents.text
    }

    /// A token for everything, sent to one API, can be used by that API everywhere.
    private func warn(ofAudience audience: [String]?) {
        guard !resource.isEmpty, let audience, Set(audience) != Set(resource) else { return }
        Terminal.warn(
            "The token is for \(audience.joined(separator: ", ")), not for \(resource.joined(separator: ", ")) alone. "
                + "A server without resources ignores --resource: register the API there with 'countersign resource add'."
        )
    }

    private var curlOptions: [String] {
        if insecure { return ["--insecure"] }
        return caCertificate.map { ["--cacert", TokenRequest.quoted($0)] } ?? []
    }
}
