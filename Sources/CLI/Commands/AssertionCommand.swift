import ArgumentParser
import Countersign
import CountersignJOSE
import CountersignKeyFiles

/// `countersign assertion`: make one, or look at one.
struct AssertionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assertion", abstract: "Make a client assertion, or see what is wrong with one.",
        subcommands: [AssertionSign.self, AssertionInspect.self])
}

/// `countersign assertion sign`: what a client sends to prove itself (RFC 7523 §2.2).
struct AssertionSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Print a client assertion, ready to be sent once.",
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
            "From now until the assertion expires: seconds, or \(WrittenDuration.examples). Default: 60.",
            valueName: "duration"),
        transform: AssertionLifetime.read)
    var lifetime: Duration?

    @Option(help: "The header's typ.")
    var typ = "client-authentication+jwt"

    @Flag(help: "Leave typ out of the header.")
    var noTyp = false

    @Option(
        help: ArgumentHelp("A claim more, or in place of a usual one. The value is JSON.", valueName: "name=json"),
        transform: ClaimArgument.init)
    var claim: [ClaimArgument] = []

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

/// `--lifetime DURATION`; less than nothing makes an assertion that has expired, for tests.
enum AssertionLifetime {
    static func read(_ text: String) throws -> Duration {
        guard let seconds = WrittenDuration.seconds(text, plain: 1).flatMap(Int64.init(exactly:)) ?? Int64(text) else {
            throw ValidationError("'\(text)' is not a duration. Write \(WrittenDuration.examples), or seconds.")
        }
        return .seconds(seconds)
    }
}

/// `--claim NAME=JSON`.
struct ClaimArgument {
    let name: String
    let value: JSONValue

    init(_ text: String) throws {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("'\(text)' is not NAME=JSON.")
        }
        name = String(text[..<equals])
        let json = text[text.index(after: equals)...]
        guard let value = try? JSONValue(parsing: Array(json.utf8)) else {
            throw ValidationError("'\(json)' is not JSON. A text needs its quotes: --claim '\(name)=\"…\"'.")
        }
        self.value = value
    }
}
