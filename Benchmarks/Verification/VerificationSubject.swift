import Countersign

/// Assertions with one algorithm, verified with swift-crypto alone and by the verifier.
struct VerificationSubject: Sendable {
    let algorithm: SignatureAlgorithm
    /// Bare check, verifier, parsing alone, in this order.
    let series: [Series]

    /// Different assertions, so that no step benefits from having just seen the same bytes.
    private static let assertionCount = 64
    private static let issuer = "https://as.example"
    private static let tokenEndpoint = "https://as.example/oauth2/token"

    var bareName: String { Self.name("bare", algorithm) }
    var verifierName: String { Self.name("verifier", algorithm) }

    init(_ algorithm: SignatureAlgorithm) throws {
        self.algorithm = algorithm
        let key = try SigningKey.generate(algorithm)
        let client = ClientID("billing")
        let keyID = ExactString(key.verificationKey.thumbprint)
        let now = UnixTime.now
        let template = AssertionTemplate(clientID: client, audience: Self.issuer, keyID: keyID)
        let tokens = try (0..<Self.assertionCount).map { _ in
            Array(try template.sign(with: key, algorithm: algorithm, at: now).utf8)
        }
        let signed = try tokens.map { SignedBytes(try CompactJWS(parsing: $0)) }
        let audiences = AcceptedAudiences(issuer: Self.issuer, endpoints: [Self.tokenEndpoint])
        let bareKey = try BareKey(key.verificationKey, algorithm)
        let verifier = AssertionVerifier(
            policy: AssertionPolicy(),
            directory: StaticClientDirectory([
                RegisteredClient(
                    id: client,
                    keys: [ClientKey(JWK(key: key.verificationKey, keyID: keyID, algorithm: algorithm, use: "sig"))],
                    options: ClientOptions(signingAlgorithm: algorithm))
            ]),
            replayGuard: NothingUsed())

        let bare = Series(Self.name("bare", algorithm)) { count in
            for index in 0..<count {
                guard bareKey.isValid(signed[index % signed.count]) else { throw Unexpected.badSignature }
            }
        }
        let ours = Series(Self.name("verifier", algorithm)) { count in
            for index in 0..<count {
                _ = try await verifier.verify(
                    tokens[index % tokens.count], clientID: client, audiences: audiences, at: now)
            }
        }
        let parsing = Series(Self.name("parsing alone", algorithm)) { count in
            for index in 0..<count { _ = try ClientAssertion(parsing: tokens[index % tokens.count]) }
        }
        series = [bare, ours, parsing]
    }

    private static func name(_ what: String, _ algorithm: SignatureAlgorithm) -> String { "\(algorithm.name) \(what)" }
}

/// The benchmark does not measure what it should.
enum Unexpected: Error {
    case badSignature
    case noBareKey(String)
}

/// A replay guard that accepts everything at no cost: storage is measured at the token endpoint.
private struct NothingUsed: ReplayGuard {
    func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict { .firstUse }
}
