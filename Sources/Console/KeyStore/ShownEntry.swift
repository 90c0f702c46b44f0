import Administration
import CountersignKeyFiles
import Pages

/// An entry of the key store as the console shows it. Subjects, issuers and aliases are text that others chose.
struct ShownEntry {
    /// The limit of a distinguished name, in Unicode scalars.
    static let nameLimit = 400

    let details: KeyStoreEntryDetails
    let now: UnixTime
    /// Of the console.
    let base: String

    private var facts: CertificateFacts { details.entry.certificate.facts }
    var alias: String { details.entry.alias.text }

    static func path(_ alias: String) -> String { KeyStorePage.address + "/entries/" + PathSegment.encoded(alias) }

    /// The values of a row of the list.
    var row: [String: Any] {
        var row: [String: Any] = [
            "alias": ShownText.of(alias, limit: 255), "link": base + Self.path(alias),
            "subject": ShownText.of(facts.subject, limit: Self.nameLimit),
            "fingerprint": facts.fingerprint.prefix(17) + "…", "valid_until": Self.time(facts.notAfter),
            "strength": Self.strength(details.entry.jwk.key), "serves": serves,
        ]
        row["state"] = Self.state(facts, at: now)
        return row
    }

    /// Which client it serves, as a link, or why it serves none.
    var serves: [String: Any] {
        guard let client = details.use.client, details.use.isInForce else {
            let reason = details.use.phrase(details.entry.alias)
            return ["reason": ShownText.of(reason.prefix(1).uppercased() + reason.dropFirst(), limit: Self.nameLimit)]
        }
        return [
            "client": [
                "name": ShownText.of(client.text, limit: 255),
                "link": base + "/clients/" + PathSegment.encoded(client.text),
            ]
        ]
    }

    /// The values of the template `validity`.
    static func time(_ time: UnixTime) -> [String: String] {
        ["datetime": time.text, "text": ShownTime.exact(time)]
    }

    /// The badge beside a validity that needs attention.
    static func state(_ facts: CertificateFacts, at now: UnixTime) -> [String: String]? {
        if now < facts.notBefore { return ["kind": "warn", "icon": "warn", "text": "Not yet valid"] }
        let rest = ShownTime.distance(facts.notAfter, at: now)
        return switch ExpiryStage(facts.notAfter, at: now) {
        case .expired: ["kind": "bad", "icon": "bad", "text": "Expired"]
        case .oneDay, .sevenDays: ["kind": "warn", "icon": "warn", "text": "Expires \(rest)"]
        case .thirtyDays: ["kind": "info", "icon": "info", "text": "Expires \(rest)"]
        case nil: nil
        }
    }

    static func strength(_ key: VerificationKey) -> String {
        key.type == .rsa ? "RSA, \(ShownNumber.of(key.sizeInBits)) bits" : key.type.description
    }
}
