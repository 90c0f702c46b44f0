import Administration
import ArgumentParser
import CountersignKeyFiles

struct AssertionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assertion", abstract: "Create a client assertion, or find out what is wrong with one.",
        subcommands: [AssertionSign.self, AssertionInspect.self])
}

/// `countersign assertion sign`: the client assertion of RFC 7523 §2.2.
struct AssertionSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Print a client assertion, ready to send once.",
        discussion: """
            EXAMPLES
              countersign assertion sign --client-id billing --key billing.pem \\
                  --audience https://auth.example.com
              countersign assertion sign --client-id billing --key - \\
                  --audience https://auth.example.com < billing.pem
              countersign assertion sign --client-id billing --key billing.pem \\
                  --audience https://auth.example.com --lifetime 5m \\
                  --claim jti='"one"' --claim nbf=1790000000
            """)

    @Option(help: "The client ID: becomes iss and sub.", completion: StoreNames.clients)
    var clientId: String

    @Option(help: "The private key: PEM, DER or JWK; - reads standard input.", completion: .file())
    var key: String

    @OptionGroup var password: PasswordOptions

    @Option(help: "Becomes aud: the server's issuer.")
    var audience: String

    @Option(help: "The signature algorithm. Default: the key's own.")
    var alg: SignatureAlgorithm?

    @Option(help: "The header's kid. Default: the one of a JWK.")
    var kid: String?

    @Option(
        help: ArgumentHelp(
            "From now until the assertion expires: seconds, or \(DurationText.examples). Default: 60.",
            valueName: "duration"),
        transform: Transform.assertionLifetime)
    var lifetime: Duration?

    @Option(help: "The header's typ.")
    var typ = "client-authentication+jwt"

    @Flag(help: "Leave typ out of the header.")
    var noTyp = false

    @Option(
        help: ArgumentHelp("Adds a claim or replaces one. The value is JSON.", valueName: "name=json"),
        transform: Transform.claim)
    var claim: [(name: String, value: JSONValue)] = []

    func validate() throws {
        try password.validate(beside: key)
        var named: Set<ExactString> = []
        for claim in claim where !named.insert(ExactString(claim.name)).inserted {
            throw ValidationError("--claim gives '\(claim.name)' twice; no server may accept that (RFC 7519 §4).")
        }
    }

    func run() async throws {
        let file = try PrivateKeyFile.read(key, password)
        let template = AssertionTemplate(
            clientID: ClientID(clientId), audience: audience, lifetime: lifetime ?? .seconds(60),
            keyID: kid.map { ExactString($0) } ?? file.keyID, type: noTyp ? nil : typ,
            additionalClaims: JSONObject(claim.map { ($0.name, $0.value) }))
        print(try template.sign(with: file.key, algorithm: alg ?? file.algorithm, at: .now))
    }
}
