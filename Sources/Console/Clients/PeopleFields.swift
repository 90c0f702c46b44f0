/// The fields of clients that sign people in.
extension ClientFields {
    static let signIn = ClientFieldGroup(
        id: "sign-in", title: "When people sign in", note: "Only with “Tokens for people who sign in”", isFolded: true,
        fields: [
            .lines(
                "redirect_uris", "Redirect URIs",
                "Where people return to, one on each line, compared exactly: https://app.example.com/callback.",
                \.signIn.redirectURIs, option: "--redirect-uri"),
            .decision(
                "require_pkce", "PKCE", "Protects the way back to the application. Public clients always need it.",
                \.signIn.requiresProofKey,
                (yes: "Demanded", no: "Not demanded", standard: "As the server is configured"),
                options: (yes: "--require-pkce", no: "--no-require-pkce", standard: "--default-pkce")),
            .check(
                "trusted", "Without consent",
                "People are not asked: for applications of your own house, whose users you decide for.",
                \.signIn.skipsConsent, option: "trusted"),
            .duration(
                "default_max_age", "Oldest sign-in",
                "People whose sign-in is older sign in again. Empty: any session will do.",
                \.signIn.defaultMaximumAge, least: 0, option: "--default-max-age", word: "none"),
            .check(
                "require_auth_time", "Say when", "ID tokens always say when the person signed in (auth_time).",
                \.signIn.requiresAuthenticationTime, option: "require-auth-time"),
            .choice(
                "subject_type", "Identifiers of people",
                "With identifiers of its own, the client cannot compare its people with those of others.",
                \.signIn.subjectType, [(.public, "The same as other clients see"), (.pairwise, "Its own (pairwise)")],
                option: "--subject-type"),
            .optional(
                "sector_identifier_uri", "Sector identifier URI",
                "Clients with the same one have the same pairwise identifiers.",
                \.signIn.sectorIdentifier, option: "--sector-identifier-uri"),
        ])

    static let tokensForPeople = ClientFieldGroup(
        id: "tokens-for-people", title: "Tokens for people",
        note: "What the application gets when a person has signed in",
        isFolded: true,
        fields: [
            algorithm(
                "id_token_signed_response_alg", "Signature of ID tokens", "Most libraries expect RS256.",
                \.signIn.idTokenAlgorithm, standard: "RS256", option: "--id-token-signing-alg", word: "default"),
            algorithm(
                "userinfo_signed_response_alg", "Signature of userinfo", "Plain JSON is usual.",
                \.signIn.userInfoAlgorithm,
                standard: "None: plain JSON", option: "--userinfo-signing-alg", word: "none"),
            algorithm(
                "introspection_signed_response_alg", "Signature of introspection", "If it asks for a JWT.",
                \.signIn.introspectionAlgorithm, standard: "RS256", option: "--introspection-signing-alg",
                word: "default"),
            .duration(
                "id_token_lifetime", "Lifetime of ID tokens", "Empty: as the server is configured.",
                \.signIn.idTokenLifetime,
                option: "--id-token-lifetime"),
            .duration(
                "user_access_token_lifetime", "Lifetime of access tokens for people",
                "Empty: that of its other access tokens.",
                \.signIn.userAccessTokenLifetime, option: "--user-access-token-lifetime"),
            .duration(
                "refresh_token_lifetime", "Lifetime of refresh tokens",
                "From the sign-in, such as 30d. Empty: as the server is configured.",
                \.signIn.refreshTokenLifetime, longest: ClientRecord.longestRefreshTokenLifetime,
                option: "--refresh-token-lifetime"),
            .decision(
                "rotate_refresh_tokens", "Replacement of refresh tokens", "Whether each use gives a new one.",
                \.signIn.rotatesRefreshTokens,
                (yes: "At each use", no: "Never", standard: "Only those of public clients"),
                options: (
                    yes: "--rotate-refresh-tokens", no: "--no-rotate-refresh-tokens", standard: "--default-rotation"
                )),
            .lines(
                "audiences", "Further audiences", "Who else its tokens are for, one on each line.", \.signIn.audiences,
                option: "--audience"),
            .check(
                "revoke_grants_with_key", "End with the key",
                "When one of its keys is revoked or removed, what began with it ends.",
                \.signIn.revokesGrantsWithKey, option: "revoke-grants-with-key"),
            .check(
                "introspect_all", "Introspect everything",
                "It may ask about the tokens of every audience, as a gateway does.",
                \.signIn.introspectsAllTokens, option: "introspect-all"),
        ])

    static let signOut = ClientFieldGroup(
        id: "sign-out", title: "When people sign out", note: "", isFolded: true,
        fields: [
            .lines(
                "post_logout_redirect_uris", "Where people return to", "One on each line, compared exactly.",
                \.signIn.postLogoutRedirectURIs, option: "--post-logout-redirect-uri"),
            .optional(
                "backchannel_logout_uri", "Back-channel logout URI",
                "Where the server reports that a person has signed out.",
                \.signIn.backChannelLogoutURI, option: "--backchannel-logout-uri"),
            .check(
                "backchannel_logout_session_required", "Name the session",
                "These reports must say which session ended.",
                \.signIn.requiresLogoutSession, option: "backchannel-logout-session-required"),
        ])

    static let shownToPeople = ClientFieldGroup(
        id: "shown", title: "What people are shown", note: "On the page that asks for their consent", isFolded: true,
        fields: [
            .optional("client_uri", "Website", "", \.signIn.website, option: "--client-uri"),
            .optional(
                "logo_uri", "Logo", "An https URL of an image, which browsers load from there.", \.signIn.logo,
                option: "--logo-uri"),
            .optional("policy_uri", "Privacy policy", "", \.signIn.privacyPolicy, option: "--policy-uri"),
            .optional("tos_uri", "Terms of service", "", \.signIn.termsOfService, option: "--tos-uri"),
            .lines(
                "contacts", "Contacts", "Addresses of those who run it, one on each line.", \.signIn.contacts,
                option: "--contact"),
        ])

    private static func algorithm(
        _ name: String, _ label: String, _ hint: String, _ path: ClientField.Path<SignatureAlgorithm?>,
        standard: String,
        option: String, word: String
    ) -> ClientField {
        .optionalChoice(
            name, label, hint, path, AccessTokenSettings.signingAlgorithms.map { ($0, $0.name) }, standard: standard,
            option: option, word: word)
    }
}
