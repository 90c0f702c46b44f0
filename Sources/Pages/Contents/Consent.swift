import Server

extension ConsentPage {
    func context(_ translation: Translation, _ frame: Page.Frame) -> [String: Any] {
        let values: [String: [Part]] = [
            "client": [.name(client.name)], "person": [.name(person)],
            "account": [.link(path: frame.path + "/account", text: translation["account_link"])],
        ]
        var context: [String: Any] = [
            "title": translation["consent_title"], "heading": translation.sentence("consent_heading", values),
            "signed_in": translation.sentence("consent_signed_in", values), "switch_account": switchAccount,
            "grants": grants(translation), "action": action, "hidden": hidden.context,
            "until": translation.sentence("consent_until", values), "who": translation.sentence("consent_who", values),
            "client_id": ShownText.of(client.id, limit: ShownText.addressLimit),
        ]
        context["logo"] = client.logo?.url
        context["claim"] = client.selfDescription?.context(translation)
        context["website"] = WebLink.context(client.website)
        context["privacy_policy"] = WebLink.context(client.privacyPolicy)
        context["terms"] = WebLink.context(client.termsOfService)
        context["returns_to"] = client.returnsTo.map { ShownText.of($0, limit: ShownText.addressLimit) }
        if !scopes.isEmpty { context["scopes"] = ShownText.of(scopes.joined(separator: " "), limit: 1000) }
        return context
    }

    private func grants(_ translation: Translation) -> [[String: Any]] {
        let known = StandardScope.allCases.filter { scopes.contains($0.rawValue) }
        let others = scopes.filter { StandardScope(rawValue: $0) == nil }
        var grants = known.map { $0.grant(translation) }
        func grant(_ key: String, _ codes: [String], icon: String) -> [String: Any] {
            ["icon": icon, "title": translation[key], "has_codes": true, "codes": codes.map { ShownText.of($0) }]
        }
        if !others.isEmpty { grants.append(grant("scope_others", others, icon: "key")) }
        if !resources.isEmpty {
            let key = others.isEmpty ? "scope_resources_alone" : "scope_resources"
            grants.append(grant(key, resources, icon: "server"))
        }
        return grants.isEmpty ? [["icon": "person", "title": translation["scope_none"]]] : grants
    }
}

extension ClientPresentation.SelfDescription {
    /// Sentences for the top of a page that shows the client's host as its name.
    func context(_ translation: Translation) -> [String: Any] {
        let claimed =
            name.map { translation.sentence("client_claims_name", ["name": [.name($0)]]) }
            ?? translation.sentence("client_without_name")
        let returns =
            returnHost.map { translation.sentence("client_returns_to_host", ["host": [.name($0)]]) }
            ?? translation.sentence("client_returns_to_device")
        return ["words": claimed + [Part.text(" ").context] + returns]
    }
}

/// The scopes that OpenID Connect Core §5.4 and §11 define.
enum StandardScope: String, CaseIterable {
    case openid
    case profile
    case email
    case address
    case phone
    case offlineAccess = "offline_access"

    private var icon: String {
        switch self {
        case .openid: "person"
        case .profile: "card"
        case .email: "mail"
        case .address: "home"
        case .phone: "phone"
        case .offlineAccess: "clock"
        }
    }

    fileprivate func grant(_ translation: Translation) -> [String: Any] {
        var grant: [String: Any] = ["icon": icon, "title": translation["scope_\(rawValue)"]]
        switch self {
        case .openid, .profile, .offlineAccess: grant["hint"] = translation["scope_\(rawValue)_hint"]
        case .email, .address, .phone: break
        }
        return grant
    }

    /// Returns the scopes of a client as one line: the standard ones in a few words, the others as they are.
    static func line(_ scopes: [String], _ translation: Translation) -> [[String: Any]] {
        let known = allCases.filter { scopes.contains($0.rawValue) }.map {
            Part.text(translation["short_\($0.rawValue)"])
        }
        let parts = known + scopes.filter { StandardScope(rawValue: $0) == nil }.map(Part.code)
        return translation.line(parts.isEmpty ? [.text(translation["short_none"])] : parts)
    }
}
