import Countersign
import CountersignJOSE
import CountersignStore

extension ClientRegistration {
    /// The registration as a person reads it.
    func text(at now: UnixTime) -> String {
        let profile = client.audienceProfile?.rawValue ?? "the server's"
        let reuse = client.allowsReuse.map { $0 ? "until it expires" : "once" } ?? "as the server has it"
        let lifetime = client.accessTokenLifetime?.text ?? "the server's lifetime"
        var rows = [
            ["Client ID", client.id.text], ["Name", client.name], ["State", client.isEnabled ? "enabled" : "disabled"],
            ["Grants", client.grants.map(\.rawValue).joined(separator: " ")],
            ["Scopes", client.scopes.isEmpty ? "none" : client.scopes.joined(separator: " ")],
            ["Authentication", client.authenticationMethod.rawValue],
            ["Algorithm", client.signingAlgorithm?.name ?? "any"], ["Audience profile", profile],
            ["An assertion works", reuse],
            ["typ", client.requiresExplicitTyping ? "must be client-authentication+jwt" : "may be left out"],
            ["Access tokens", "\(client.accessTokenFormat.rawValue), \(lifetime)"],
            ["Registered", client.createdAt.text], ["Changed", client.updatedAt.text],
        ]
        if !client.description.isEmpty { rows.insert(["Description", client.description], at: 2) }
        for (index, key) in keys.enumerated() {
            rows.append(["Key \(index + 1)", key.summary])
            if let certificate = key.certificate { rows.append(["", certificate.facts.summary(at: now)]) }
        }
        if keys.isEmpty { rows.append(["Keys", "none"]) }
        return Columns.text(rows)
    }
}

extension KeyRecord {
    fileprivate var summary: String {
        var parts = [jwk.key.type == .rsa ? "RSA \(jwk.key.sizeInBits)" : jwk.key.type.description]
        if let keyID = jwk.keyID { parts.append("kid \(keyID.text)") }
        if let algorithm = jwk.algorithm { parts.append("alg \(algorithm.name)") }
        if let use = jwk.use, use != "sig" { parts.append("use \(use.text)") }
        parts.append("thumbprint \(jwk.thumbprint)")
        return parts.joined(separator: ", ")
    }
}

extension CertificateFacts {
    fileprivate func summary(at now: UnixTime) -> String {
        let state = now < notBefore ? ", not yet valid" : now > notAfter ? ", expired" : ""
        return "certificate \(subject), valid \(notBefore.text) to \(notAfter.text)\(state)"
    }
}
