extension SignInOptions {
    /// The longest text, in bytes.
    package static let maximumTextLength = 2048
    /// The most elements of a list.
    package static let maximumCount = 100

    /// The names of the members in `json`.
    package static let memberNames: [String] = [
        "redirect_uris", "post_logout_redirect_uris", "require_pkce", "skip_consent", "default_max_age",
        "require_auth_time", "id_token_signed_response_alg", "userinfo_signed_response_alg",
        "introspection_signed_response_alg", "id_token_lifetime", "user_access_token_lifetime",
        "refresh_token_lifetime", "rotate_refresh_tokens", "subject_type", "sector_identifier_uri",
        "backchannel_logout_uri", "backchannel_logout_session_required", "audiences", "revoke_grants_with_key",
        "introspect_all_tokens", "client_uri", "logo_uri", "policy_uri", "tos_uri", "contacts",
    ]

    /// The members of a registration (RFC 7591 §2, OpenID Connect Registration §2) that differ from the default. Lifetimes are in seconds.
    package var json: JSONObject {
        [
            "redirect_uris": .texts(redirectURIs), "post_logout_redirect_uris": .texts(postLogoutRedirectURIs),
            "require_pkce": .boolean(requiresProofKey), "skip_consent": .flag(skipsConsent),
            "default_max_age": .seconds(defaultMaximumAge), "require_auth_time": .flag(requiresAuthenticationTime),
            "id_token_signed_response_alg": .string(idTokenAlgorithm?.name),
            "userinfo_signed_response_alg": .string(userInfoAlgorithm?.name),
            "introspection_signed_response_alg": .string(introspectionAlgorithm?.name),
            "id_token_lifetime": .seconds(idTokenLifetime),
            "user_access_token_lifetime": .seconds(userAccessTokenLifetime),
            "refresh_token_lifetime": .seconds(refreshTokenLifetime),
            "rotate_refresh_tokens": .boolean(rotatesRefreshTokens),
            "subject_type": .string(subjectType == .public ? nil : subjectType.rawValue),
            "sector_identifier_uri": .string(sectorIdentifier), "backchannel_logout_uri": .string(backChannelLogoutURI),
            "backchannel_logout_session_required": .flag(requiresLogoutSession), "audiences": .texts(audiences),
            "revoke_grants_with_key": .flag(revokesGrantsWithKey),
            "introspect_all_tokens": .flag(introspectsAllTokens), "client_uri": .string(website),
            "logo_uri": .string(logo), "policy_uri": .string(privacyPolicy), "tos_uri": .string(termsOfService),
            "contacts": .texts(contacts),
        ]
    }

    /// Reads the members of a registration; `null` and a missing member mean the default, other members are ignored.
    ///
    /// It checks types and lengths, but not whether a text is a URI or may be used.
    package init(json: JSONObject) throws(MemberFault) {
        let members = RegistrationMembers(object: json)
        redirectURIs = try members.texts("redirect_uris")
        postLogoutRedirectURIs = try members.texts("post_logout_redirect_uris")
        requiresProofKey = try members.flag("require_pkce")
        skipsConsent = try members.flag("skip_consent") ?? false
        defaultMaximumAge = try members.duration("default_max_age", from: .zero)
        requiresAuthenticationTime = try members.flag("require_auth_time") ?? false
        idTokenAlgorithm = try members.algorithm("id_token_signed_response_alg")
        userInfoAlgorithm = try members.algorithm("userinfo_signed_response_alg")
        introspectionAlgorithm = try members.algorithm("introspection_signed_response_alg")
        idTokenLifetime = try members.duration("id_token_lifetime")
        userAccessTokenLifetime = try members.duration("user_access_token_lifetime")
        refreshTokenLifetime = try members.duration("refresh_token_lifetime")
        rotatesRefreshTokens = try members.flag("rotate_refresh_tokens")
        subjectType = try members.value("subject_type", SubjectType.self) ?? .public
        sectorIdentifier = try members.text("sector_identifier_uri")
        backChannelLogoutURI = try members.text("backchannel_logout_uri")
        requiresLogoutSession = try members.flag("backchannel_logout_session_required") ?? false
        audiences = try members.texts("audiences")
        revokesGrantsWithKey = try members.flag("revoke_grants_with_key") ?? false
        introspectsAllTokens = try members.flag("introspect_all_tokens") ?? false
        website = try members.text("client_uri")
        logo = try members.text("logo_uri")
        privacyPolicy = try members.text("policy_uri")
        termsOfService = try members.text("tos_uri")
        contacts = try members.texts("contacts")
    }

    /// Checks that an engine can store the options and return them unchanged.
    ///
    /// - Throws: `invalid`.
    func validate() throws(StoreError) {
        let read: SignInOptions
        do {
            read = try SignInOptions(json: json)
        } catch {
            throw .invalid("The client has \(error.problem)")
        }
        guard read == self else {
            throw .invalid("The client has a lifetime that is not a whole number of milliseconds")
        }
    }
}

extension JSONValue? {
    fileprivate static func texts(_ texts: [String]) -> JSONValue? { texts.isEmpty ? nil : .array(texts) }

    fileprivate static func flag(_ flag: Bool) -> JSONValue? { flag ? .boolean(true) : nil }

    fileprivate static func seconds(_ duration: Duration?) -> JSONValue? {
        duration.map { .number(Double($0.milliseconds) / 1000) }
    }
}
