/// The facts about keys in the change log: all that is needed to register them again.
extension KeyRecord {
    package var facts: JSONObject {
        var facts: JSONObject = [
            "kid": .string(jwk.keyID), "thumbprint": .string(jwk.thumbprint), "jwk": .object(jwk.object),
            "certificate": .object(certificate?.changeFacts), "added_at": .time(addedAt),
        ]
        switch status {
        case .active: facts.set("status", "active")
        case .retiring(let end):
            facts.set("status", "retiring")
            facts.set("retires_at", .time(end))
        case .revoked(let since):
            facts.set("status", "revoked")
            facts.set("revoked_at", .time(since))
        }
        return facts
    }

    /// - Returns: a key without a number; `nil` for anything that `facts` would not have produced.
    package init?(facts: JSONObject) {
        guard case .object(let object)? = facts["jwk"], let jwk = try? JWK(object),
            let status = KeyAvailability(facts: facts), let addedAt = facts.time("added_at")
        else { return nil }
        var certificate: KeyCertificate?
        if case .object(let object)? = facts["certificate"] {
            guard let read = KeyCertificate(facts: object) else { return nil }
            certificate = read
        }
        self.init(jwk: jwk, certificate: certificate, status: status, addedAt: addedAt)
    }
}

extension KeyAvailability {
    package init?(facts: JSONObject) {
        switch (facts.string("status")?.text, facts.time("retires_at"), facts.time("revoked_at")) {
        case ("active", _, _): self = .active
        case ("retiring", let end?, _): self = .retiring(until: end)
        case ("revoked", _, let since?): self = .revoked(since: since)
        default: return nil
        }
    }
}

extension KeyCertificate {
    fileprivate var changeFacts: JSONObject {
        [
            "subject": .string(facts.subject), "not_before": .time(facts.notBefore), "not_after": .time(facts.notAfter),
            "x5t": .string(facts.thumbprintSHA1), "x5t#S256": .string(facts.thumbprintSHA256),
            "der": .string(Base64URL.encode(der)),
        ]
    }

    fileprivate init?(facts: JSONObject) {
        guard let der = facts.string("der").flatMap({ Base64URL.decode($0.text) }),
            let subject = facts.string("subject")?.text, let notBefore = facts.time("not_before"),
            let notAfter = facts.time("not_after"), let sha1 = facts.string("x5t"),
            let sha256 = facts.string("x5t#S256")
        else { return nil }
        self.init(
            der: der,
            facts: CertificateFacts(
                subject: subject, notBefore: notBefore, notAfter: notAfter, thumbprintSHA1: sha1,
                thumbprintSHA256: sha256))
    }
}

extension KeyStoreEntry {
    package var facts: JSONObject {
        [
            "kid": .string(jwk.keyID), "thumbprint": .string(jwk.thumbprint), "jwk": .object(jwk.object),
            "certificate": .object(certificate.changeFacts), "from_java": .boolean(isFromJava),
            "added_at": .time(addedAt),
        ]
    }
}
