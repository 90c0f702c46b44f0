import Crypto
import Foundation

/// A client's identifier and secret, as a request contains them (RFC 6749 §2.3.1).
struct SentSecret: Sendable {
    /// A client identifier and a secret, percent-encoded and in Base64.
    private static let maximumLength = 2048

    let method: AuthenticationMethod
    let client: ClientID
    let secret: String

    /// - Returns: `nil` if the request authenticates in another way, in several, or not at all.
    /// - Throws: `OAuthError` `invalid_request` if the header field and the form name different clients, `invalid_client` if the header
    ///   field cannot be read.
    init?(_ form: Form, _ request: EndpointRequest) throws(OAuthError) {
        let inForm = form.text("client_secret")
        guard form.bytes("client_assertion") == nil, form.bytes("client_assertion_type") == nil,
            (request.authorization == nil) != (inForm == nil)
        else { return nil }
        if let inForm {
            guard let id = form.text("client_id") else {
                throw OAuthError(.invalidClient, "client_secret was sent without client_id. Send both.")
            }
            (method, client, secret) = (.clientSecretPost, ClientID(id), inForm)
            return
        }
        guard request.authorizationScheme?.lowercased() == "basic" else { return nil }
        guard let (id, password) = Self.pair(request.authorization ?? "") else {
            throw OAuthError(
                .invalidClient,
                "The Authorization header cannot be read. It is the word Basic and, in Base64, client_id and "
                    + "client_secret with a colon between them, each percent-encoded (RFC 6749 section 2.3.1).",
                scheme: "Basic")
        }
        if let named = form.text("client_id"), ExactString(named) != ExactString(id) {
            throw OAuthError(.invalidRequest, "client_id names another client than the Authorization header.")
        }
        (method, client, secret) = (.clientSecretBasic, ClientID(id), password)
    }

    /// Both parts are percent-encoded as in a form, so that a colon in them is not the separator.
    private static func pair(_ header: String) -> (id: String, secret: String)? {
        let encoded = header.drop { $0 != " " }.drop { $0 == " " }
        guard header.utf8.count <= maximumLength, let bytes = Data(base64Encoded: String(encoded)),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts.contains(where: { $0.contains { "&=".contains($0) } }),
            let form = try? Form(parsing: "id=\(parts[0])&secret=\(parts[1])".utf8), let id = form.text("id"),
            let secret = form.text("secret")
        else { return nil }
        return (id, secret)
    }
}

extension ClientSecretRecord {
    /// Makes a secret with 256 random bits.
    ///
    /// - Returns: what the client gets, and what is stored.
    package static func generate(
        at now: UnixTime, expiresAt: UnixTime? = nil
    ) -> (
        text: String, record: ClientSecretRecord
    ) {
        let secret = IssuedSecret.generate(.client)
        return (secret.text, ClientSecretRecord(digest: secret.digest, createdAt: now, expiresAt: expiresAt))
    }
}

/// The check of a client's secret against its registration.
struct SecretCheck: Sendable {
    /// Why a secret was refused, for the operator; the caller gets the same answer in all cases.
    enum Refusal: Sendable {
        case unknownClient
        case disabledClient
        case otherMethod(AuthenticationMethod)
        case noSecret
        case wrongSecret
        case expiredSecret

        var sentence: String {
            switch self {
            case .unknownClient: "No client is registered under this client_id."
            case .disabledClient: "The client is disabled."
            case .otherMethod(let method): "The client is registered for \(method.rawValue)."
            case .noSecret: "The client has no secret. Add one and give it to the client."
            case .wrongSecret: "The secret is not one of the client's."
            case .expiredSecret: "The secret has expired. Add a new one and give it to the client."
            }
        }
    }

    /// Each of the client's digests is compared in constant time. A secret needs no limit on guesses: it has 256 random bits.
    static func refusal(of sent: SentSecret, by client: RegisteredClient?, at now: UnixTime) -> Refusal? {
        guard let client, let record = client.attachedRecord?.record else { return .unknownClient }
        guard client.isEnabled else { return .disabledClient }
        guard client.authenticationMethod == sent.method else { return .otherMethod(client.authenticationMethod) }
        guard !record.secrets.isEmpty else { return .noSecret }
        let digest = SHA256.hash(data: Array(sent.secret.utf8))
        // The comparison of swift-crypto's digests takes the same time whatever differs.
        var found: ClientSecretRecord?
        for secret in record.secrets where digest == secret.digest { found = secret }
        guard let found else { return .wrongSecret }
        return found.isUsable(at: now) ? nil : .expiredSecret
    }
}
