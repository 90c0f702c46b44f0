import Administration
import Pages

/// A key of a client as its pages show it.
struct ShownKey {
    let key: ClientDetails.Key
    let now: UnixTime

    init(_ key: ClientDetails.Key, now: UnixTime) {
        (self.key, self.now) = (key, now)
    }

    /// Its `kid`, or the beginning of its thumbprint.
    static func name(of jwk: JWK) -> String {
        jwk.keyID.map { ShownText.of($0.text, limit: 255) } ?? String(jwk.thumbprint.prefix(8)) + "…"
    }

    /// Whether an assertion may be signed with a key, by its size and its purpose.
    ///
    /// - Parameter registered: the algorithm to which the client's registration is limited.
    static func verdict(_ jwk: JWK, registered: SignatureAlgorithm?) -> String {
        let algorithms = jwk.verificationAlgorithms
        guard let algorithm = algorithms.first else { return "Refused: it is not for signatures" }
        if let registered, !algorithms.contains(registered) {
            return "Refused: the client is registered for \(registered.name)"
        }
        guard jwk.key.type == .rsa else { return "Accepted" }
        // The signature is as long as the modulus, and a key of another size is not registered or read.
        let (least, most) = (algorithm.signatureLengths.lowerBound * 8, algorithm.signatureLengths.upperBound * 8)
        return "Accepted: \(ShownNumber.of(least)) to \(ShownNumber.of(most)) bits"
    }

    /// What can be done with a key that is registered.
    static func ends(of status: KeyAvailability, at now: UnixTime) -> [EndKeyPage.End] {
        switch status {
        case .active: [.retire, .revoke, .remove]
        case .retiring: [.activate, .revoke, .remove]
        case .revoked: [.remove]
        }
    }

    private var state: (word: String, kind: String, detail: String?) {
        switch key.status ?? .active {
        case .active where key.lastUsedAt == nil: ("Not used yet", "wait", nil)
        case .active: ("Active", "ok", nil)
        case .retiring(let end) where end <= now: ("Retired", "off", ShownTime.text(end, at: now))
        case .retiring(let end):
            ("Retiring", "warn", "\(ShownTime.exact(end)), \(ShownTime.distance(end, at: now))")
        case .revoked(let since): ("Revoked", "bad", ShownTime.text(since, at: now))
        }
    }

    var context: [String: Any] {
        let jwk = key.jwk
        let state = state
        var context: [String: Any] = [
            "name": jwk.keyID.map { ShownText.of($0.text, limit: 255) } ?? "Without a name",
            "thumbprint": jwk.thumbprint, "type": ShownEntry.strength(jwk.key),
            "algorithms": jwk.verificationAlgorithms.map(\.name).joined(separator: " "),
            "state": [
                "word": state.word, "icon": state.kind,
                "badge": ["off", "wait"].contains(state.kind) ? "plain" : state.kind == "ok" ? "ok plain" : state.kind,
            ],
        ]
        context["state_detail"] = state.detail
        context["added"] = key.addedAt.map { ShownTime.context($0, at: now) }
        context["used"] = key.lastUsedAt.map { ShownTime.context($0, at: now) }
        context["certificate"] = key.certificate.map { certificate in
            let end = certificate.facts.notAfter
            return [
                "subject": ShownText.of(certificate.facts.subject, limit: 300), "end": ShownTime.context(end, at: now),
                "distance": end <= now ? "expired" : ShownTime.distance(end, at: now),
                "is_expired": end <= now,
            ]
        }
        return context
    }
}

/// The places that keys of a client can come from, the one in force first.
struct KeySources {
    let details: ClientDetails
    let now: UnixTime

    init(_ details: ClientDetails, now: UnixTime) {
        (self.details, self.now) = (details, now)
    }

    var context: [[String: Any]] {
        let registration = details.registration
        func source(_ name: String, _ facts: String, isInForce: Bool, isThere: Bool) -> [String: Any] {
            [
                "name": name, "facts": ShownText.of(facts, limit: 400), "is_in_force": isInForce,
                "is_without_effect": isThere && !isInForce, "is_missing": !isThere,
            ]
        }
        let own = registration.keys.count
        let url = details.client.keySetURL
        let entry = registration.keyStoreEntry
        return [
            source(
                "Its own keys", own == 0 ? "None" : own == 1 ? "1 key" : "\(own) keys",
                isInForce: registration.keySource == .own, isThere: own > 0),
            source(
                "JWKS URI",
                url.map { url in
                    url
                        + (details.keySet?.fetchedAt.map { ", read \(ShownTime.ago($0, at: now))" }
                            ?? ", not read yet")
                } ?? "None",
                isInForce: url != nil && registration.keySource != .own, isThere: url != nil),
            source(
                "Key store", entry.map { "The certificate “\($0.alias.text)”" } ?? "None",
                isInForce: entry != nil && own == 0 && url == nil, isThere: entry != nil),
        ]
    }

    /// Why the others have no effect.
    var withoutEffect: [String] {
        details.inactiveSources.map { ShownText.of($0.prefix(1).uppercased() + $0.dropFirst(), limit: 300) + "." }
    }
}
