import Administration
import Pages

/// The members of facts in the words of the console's forms.
enum ChangeMembers {
    /// Names the fields that a change has changed, two at most, or says how many they are: `Scopes and redirect URIs`.
    static func words(_ change: Change) -> String {
        let names = FactDifference(change.before, change.after)?.members ?? []
        let labels = names.map { label(of: $0, change.subject.kind) }
        switch labels.count {
        case 1: return labels[0]
        case 2: return "\(labels[0]) and \(labels[1].lowercasedFirst)"
        default: return "\(labels.count) fields"
        }
    }

    /// - Returns: the name itself for one that has no words.
    static func label(of name: String, _ kind: ChangeSubject.Kind) -> String {
        // A member of a container, such as `sessions.ID`.
        if let dot = name.firstIndex(of: "."), FactDifference.containers.contains(String(name[..<dot])) {
            let container = label(of: String(name[..<dot]), kind)
            return "\(container): \(ShownText.of(String(name[name.index(after: dot)...]), limit: 60))"
        }
        let words = (kind == .client ? client[name] : nil) ?? others[name]
        return words ?? ShownText.of(name, limit: 60)
    }

    /// Those of the form, except where a label says nothing without what surrounds it there.
    private static let client = Dictionary(
        ClientFields.all.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first }
    ).merging([
        "grant_types": "Grants", "keys": "Keys", "secrets": "Secrets", "registered_itself": "Its own registration",
        "token_endpoint_auth_method": "How it proves who it is",
        "token_endpoint_auth_signing_alg": "Assertion algorithm",
        "require_explicit_typing": "Demand for typ", "access_token_format": "Format of access tokens",
        "access_token_lifetime": "Lifetime of access tokens", "skip_consent": "Consent",
        "require_auth_time": "Time of the sign-in in ID tokens", "revoke_grants_with_key": "End of grants with the key",
        "introspect_all_tokens": "Introspection of all tokens",
        "post_logout_redirect_uris": "Where people return to after signing out",
        "backchannel_logout_session_required": "Session in reports of a sign-out",
    ]) { _, own in own }

    private static let others = [
        "enabled": "State", "created_at": "Time of creation",
        "user_name": "User name", "claims": "Personal data", "groups": "Groups", "has_password": "Password",
        "password_changed_at": "Time of the password", "calendar_feed_made_at": "Calendar address",
        "sessions": "Sessions", "access": "Access of applications",
        "resource_name": "Name", "scopes": "Scopes", "access_token_format": "Format of access tokens",
        "access_token_lifetime": "Lifetime of access tokens",
        "alg": "Algorithm", "signs_from": "Time of its first signature", "published_until": "End of publication",
    ]
}
