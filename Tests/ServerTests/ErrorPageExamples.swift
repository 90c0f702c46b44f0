@testable import Countersign
@testable import Server

/// The refusals quoted on the error pages, which must match the server's wording.
enum ErrorPageExamples {
    private static let now = UnixTime(seconds: 1_800_000_000)
    private static let issuer: ExactString = "https://as.example"
    private static let certificate = CertificateFacts(
        subject: "CN=billing", notBefore: UnixTime(seconds: 1_768_000_000), notAfter: UnixTime(seconds: 1_799_536_000),
        thumbprintSHA1: "", thumbprintSHA256: "")

    /// A `kid` that does not match the client's only key.
    private static let noneFits: [Rejection] = {
        let header = #"{"alg":"ES256","kid":"2027-01"}"#
        // The key of RFC 7517, appendix A.1.
        let key = """
            {"kty":"EC","crv":"P-256","kid":"2026-07","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",\
            "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}
            """
        guard let jwk = try? JWK(JSONObject(parsing: Array(key.utf8))),
            let jws = try? CompactJWS(parsing: Array("\(Base64URL.encode(Array(header.utf8))).e30.AA".utf8))
        else { return [] }
        let registered = ClientKey(jwk)
        return [
            .noMatchingKey(
                .noneFits(jws.header, excluded: [ExcludedKey(registered, .keyID)], others: 0),
                .keySet(url: "https://billing.example/jwks", readAt: now))
        ]
    }()

    private static func times(iat: Int64?, nbf: Int64? = nil, exp: Int64) -> AssertionTimes {
        func date(_ offset: Int64?) -> AssertionTimes.NumericDate? {
            offset.map { .init(literal: "\(now.seconds + $0)", time: now + .seconds($0)) }
        }
        return AssertionTimes(
            issuedAt: date(iat), notBefore: date(nbf), expiry: date(exp), now: now, skew: .seconds(30),
            maximumLifetime: .seconds(3600), maximumAge: .seconds(18_000))
    }

    static func rejections(_ code: RejectionCode) -> [Rejection] {
        switch code {
        case .malformed:
            [
                .malformed(
                    rule: .structure, detail: "five parts, which is an encrypted JWT",
                    remedy: "Sign the assertion, and do not encrypt it."),
                .malformed(
                    rule: .encoding, detail: "that the signature has padding, '=', at character 87",
                    remedy:
                        "Use base64url without padding, as JWT libraries do; the signature covers the parts as they are sent, so "
                        + "leave the padding out before signing."),
            ]
        case .algorithmNotAllowed: [.algorithmNotAllowed(found: "HS256")]
        case .criticalHeader: [.criticalHeader(parameter: "crit")]
        case .wrongType: [.wrongType(found: "at+jwt", isRequired: false)]
        case .issuerSubjectMismatch: [.issuerSubjectMismatch(issuer: "Acme Billing", subject: "billing")]
        case .missingClaim: [.missingClaim(.jwtID, .absent), .missingClaim(.jwtID, .tooLong(300))]
        case .wrongClaimType: [.wrongClaimType(.expiry, found: "1800000060")]
        case .clientIDMismatch: [.clientIDMismatch(parameter: ClientID("shipping"), subject: ClientID("billing"))]
        case .unknownClient:
            [.unknownClient(ClientID("billing"), .disabled), .unknownClient(ClientID("biling"), .notRegistered)]
        case .noMatchingKey: noneFits
        case .keySetUnavailable: [.keySetUnavailable(reason: "https://billing.example/jwks answered 503")]
        case .badSignature:
            [
                .malformedSignature(algorithm: .es256, fault: .der(length: 71)),
                .badSignature(
                    algorithm: .es256,
                    keysTried: [KeyName(keyID: "2026-07", thumbprint: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]),
            ]
        case .certificateExpired:
            [
                .certificateExpired(
                    subject: certificate.subject, notBefore: certificate.notBefore, notAfter: certificate.notAfter,
                    now: now)
            ]
        case .wrongAudience:
            [
                .wrongAudience(
                    found: .one("https://as.example/oauth2/token/"),
                    accepted: [issuer, "https://as.example/oauth2/token"],
                    aliases: 0, profile: .compatible),
                .wrongAudience(
                    found: .many([issuer, "https://as.example/oauth2/token"]),
                    accepted: [issuer, "https://as.example/oauth2/token"], aliases: 0, profile: .compatible),
            ]
        case .expired: [.expired(times(iat: -7200, exp: -7140))]
        case .lifetimeTooLong:
            [.lifetimeTooLong(times(iat: 0, exp: 86_400)), .lifetimeTooLong(times(iat: 7200, exp: 7260))]
        case .notYetValid: [.notYetValid(times(iat: 1200, nbf: 1200, exp: 1260))]
        case .issuedInFuture: [.issuedInFuture(times(iat: 1200, exp: 1260))]
        case .tooOld: [.tooOld(times(iat: -21_600, exp: 60))]
        case .replayed: [.replayed(jti: "order-7")]
        }
    }

    /// The lines a page quotes: the response to the caller or, if that is only a reference, the audit log's explanation.
    static func lines(_ code: RejectionCode) -> [String] {
        rejections(code).flatMap { rejection in
            let explanation = rejection.explanation
            return rejection.isDisclosed
                ? [rejection.sentence]
                : [explanation.expected, explanation.found, explanation.clientRemedy]
        }
    }

    static func lines(_ code: OAuthError.Code) throws -> [String] {
        switch code {
        case .invalidRequest:
            [
                SentCredentials(
                    try Form(parsing: "client_assertion=x".utf8),
                    EndpointRequest(method: "POST", path: "/", headers: ["Authorization": "Basic eDp5"]),
                    accepted: ClientAuthenticator.Methods(assertions: true, secrets: false)
                ).tooManyMessage
            ]
        case .invalidScope: [Scope.refusal(of: ["admin"], registered: ["read", "write"])]
        case .unsupportedResponseType: [ResponseType.refusal(of: "token").description]
        case .invalidTarget:
            [ResourceDirectory.refusal(of: "https://api.example/", registered: ["https://api.example"])]
        case .accessDenied: [AuthorizationFlow.denied.description]
        case .requestNotSupported: try refusal { try UnsupportedParameters.check(try form("request=x")) }
        case .requestURINotSupported: try refusal { try UnsupportedParameters.check(try form("request_uri=x")) }
        case .registrationNotSupported: try refusal { try UnsupportedParameters.check(try form("registration=x")) }
        case .unmetAuthenticationRequirements:
            try refusal {
                _ = try RequestedClaims.check(
                    try form(#"claims={"id_token":{"acr":{"essential":true,"value":"x"}}}"#),
                    contextClass: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")
            }
        case .invalidClient, .invalidGrant, .invalidToken, .insufficientScope, .unauthorizedClient,
            .unsupportedGrantType, .temporarilyUnavailable, .serverError,
            .loginRequired, .accountSelectionRequired, .consentRequired, .interactionRequired, .invalidRedirectURI,
            .invalidClientMetadata:
            []
        }
    }

    private static func form(_ text: String) throws -> Form { try Form(parsing: text.utf8) }

    private static func refusal(_ check: () throws -> Void) throws -> [String] {
        do {
            try check()
        } catch let error as OAuthError {
            return [error.description]
        }
        return []
    }
}
