import Administration
import Fetching

/// The fields of a client's registration, in the order of the form. Whatever `client add` can say is here.
enum ClientFields {
    static let groups = [identity, rights, authentication, tokens, signIn, tokensForPeople, signOut, shownToPeople]
    static let all = groups.flatMap(\.fields)

    private static let identity = ClientFieldGroup(
        id: "identity", title: "What it is", note: "For people: programs see none of it",
        fields: [
            .text(
                "client_name", "Name", "What the program is called where it runs, such as “Ticketing backend”.", \.name,
                option: "--name"),
            .text(
                "description", "Description", "What it is for, and who runs it. May be left empty.", \.description,
                option: "--description"),
        ])

    private static let rights = ClientFieldGroup(
        id: "rights", title: "What it may do", note: "It gets nothing else, whatever it asks for",
        fields: [
            grant(
                .clientCredentials, "Tokens for itself",
                "The grant client_credentials: a program that acts in its own name, such as a nightly job."),
            grant(
                .authorizationCode, "Tokens for people who sign in",
                "The grant authorization_code: people sign in here and return to the application. Needs a redirect URI."
            ),
            grant(
                .refreshToken, "Tokens that last longer than the sign-in",
                "The grant refresh_token, beside the one before: the application goes on without the person."),
            ClientField(
                name: "scope", label: "Scopes",
                hint:
                    "What it may ask for, separated by spaces: the words your APIs expect, such as “invoices.read”. People’s data: openid profile email.",
                control: .text(isKey: true), read: { $0.scopes.joined(separator: " ") },
                write: { client, text throws(FieldFault) in
                    guard !text.contains(",") else {
                        throw FieldFault("Scopes are separated by spaces, not by commas.")
                    }
                    guard text.isEmpty || Scope(parsing: text) != nil else {
                        throw FieldFault("A scope has a character that RFC 6749 section 3.3 does not allow.")
                    }
                    client.scopes = Scope(parsing: text)?.tokens ?? []
                }, options: { ShellCommand.option("--scope", $0) }),
        ])

    private static let authentication = ClientFieldGroup(
        id: "authentication", title: "How it proves who it is",
        note: "An assertion, signed with its private key, unless you say otherwise",
        fields: [
            .choice(
                "token_endpoint_auth_method", "Method",
                "A key of its own is best: nothing secret ever leaves the client. Secrets work only if the server allows them.",
                \.authenticationMethod,
                [
                    (.privateKeyJWT, "Its private key (private_key_jwt)"),
                    (.clientSecretBasic, "A secret in the header field (client_secret_basic)"),
                    (.clientSecretPost, "A secret in the form (client_secret_post)"),
                    (AuthenticationMethod.none, "Not at all: a public client, in a browser or on a telephone"),
                ], option: "--auth-method"),
            ClientField(
                name: "jwks_uri", label: "JWKS URI",
                hint:
                    "Where it publishes its keys, so that it can change them by itself. Leave it empty if you add its keys here: those would take precedence.",
                control: .text(isKey: true), read: { $0.keySetURL ?? "" },
                write: { client, text throws(FieldFault) in client.keySetURL = try keySetURL(text) },
                options: { ShellCommand.option("--jwks-uri", $0.isEmpty ? "none" : $0) }),
            .optionalChoice(
                "token_endpoint_auth_signing_alg", "Algorithm",
                "The only one accepted from it. Any that its keys allow is usual.",
                \.options.signingAlgorithm, SignatureAlgorithm.allCases.map { ($0, $0.name) }, standard: "Any",
                option: "--auth-signing-alg", word: "any"),
            .optionalChoice(
                "audience_profile", "Audience profile", "How strictly the claim aud is read.",
                \.options.audienceProfile,
                [
                    (.compatible, "compatible: issuer or endpoint"), (.strict, "strict: the issuer alone"),
                    (.fapi, "fapi: the issuer, as a string"),
                    (.legacy, "legacy: with other values beside; for old clients"),
                ], standard: "As the server is configured", option: "--audience-profile", word: "default"),
            .decision(
                "token_endpoint_allow_reuse_pvt_key_jwt", "Reuse of an assertion",
                "An assertion works once, unless the client cannot make a new one for each request.",
                \.options.allowsReuse,
                (yes: "Works until it expires", no: "Works once", standard: "As the server is configured"),
                options: (yes: "--allow-reuse", no: "--forbid-reuse", standard: "--default-reuse")),
            .check(
                "require_explicit_typing", "Demand typ", "Assertions must say typ: client-authentication+jwt.",
                \.options.requiresExplicitTyping, option: "require-explicit-typing"),
            .optionalChoice(
                "certificate_validity", "Expired certificates",
                "Whether a key still works after its certificate has expired.",
                \.options.certificateValidity,
                [(.enforce, "enforce: it does not"), (.warn, "warn: it does, and the log says so")],
                standard: "As the server is configured", option: "--certificate-validity", word: "default"),
        ])

    private static let tokens = ClientFieldGroup(
        id: "tokens", title: "Its access tokens", note: "What your APIs receive",
        fields: [
            .choice(
                "access_token_format", "Format",
                "APIs verify a JWT by themselves; they ask the server about opaque ones, which can be revoked at once.",
                \.accessTokenFormat, [(.jwt, "JWT"), (.opaque, "Opaque")], option: "--access-token-format"),
            .duration(
                "access_token_lifetime", "Lifetime", "Such as 15m or 1h. Empty: as the server is configured.",
                \.accessTokenLifetime, option: "--access-token-lifetime"),
        ])

    private static func grant(_ type: GrantType, _ label: String, _ hint: String) -> ClientField {
        ClientField(
            name: "grant_" + type.rawValue, label: label, hint: hint, control: .check,
            read: { $0.grants.contains(type) ? "yes" : "" },
            write: { client, text throws(FieldFault) in
                client.grants.removeAll { $0 == type }
                if !text.isEmpty { client.grants.append(type) }
            },
            // The grants are given together, see `ClientForm.options`.
            options: { _ in [] })
    }

    private static func keySetURL(_ text: String) throws(FieldFault) -> String? {
        guard !text.isEmpty else { return nil }
        let url: RemoteURL
        do {
            url = try RemoteURL(text, allowsHTTPOnLoopback: true)
        } catch {
            throw FieldFault("No key set can be read there: \(error.phrase).")
        }
        if let reason = url.restriction?.prohibition { throw FieldFault("No key set can be read there: \(reason).") }
        return url.text
    }
}
