import CountersignJOSE

/// Rules 12 and 14, RFC 7517 §4: the registered keys that may have made this signature.
///
/// `kid`, `x5t` and `x5t#S256` choose among registered keys and do nothing else (rule 7).
enum CandidateKeys {
    /// How many keys are tried where no `kid` chooses one.
    static let maximumWithoutKeyID = 4

    static func select(
        for header: JOSEHeader, among keys: [ClientKey], at now: UnixTime
    ) throws(Rejection) -> [ClientKey] {
        guard !keys.isEmpty else { throw .noMatchingKey(.noKeys) }
        let candidates = keys.filter { key in
            key.jwk.allowsVerification(with: header.algorithm) && key.isNamed(by: header)
                && key.availability.allowsUse(at: now)
        }
        guard !candidates.isEmpty else {
            let registered = keys.prefix(8).map { $0.label(at: now) }
            throw .noMatchingKey(
                .noneFits(algorithm: header.algorithm, keyID: header.keyID, registered: registered))
        }
        return candidates
    }

    /// Rule 14: where no `kid` chooses, every candidate is tried, but not more than four.
    static func checkCount(_ candidates: [ClientKey]) throws(Rejection) {
        guard candidates.count <= maximumWithoutKeyID else { throw .noMatchingKey(.tooMany(candidates.count)) }
    }
}

extension ClientKey {
    /// Whether the header's hints, where both sides have them, point at this key.
    fileprivate func isNamed(by header: JOSEHeader) -> Bool {
        if let sent = header.keyID, let own = jwk.keyID, sent != own { return false }
        guard let certificate else { return true }
        if let sent = header.certificateThumbprintSHA256, sent != certificate.thumbprintSHA256 { return false }
        if let sent = header.certificateThumbprintSHA1, sent != certificate.thumbprintSHA1 { return false }
        return true
    }

    /// The key as a trace names it.
    fileprivate func label(at now: UnixTime) -> String {
        let name = "\(jwk.key.type) " + (jwk.keyID.map { quoted($0.text) } ?? "without kid")
        switch availability {
        case .active: return name
        case .retiring(let end): return now < end ? name : "\(name), retired since \(end.text)"
        case .revoked(let since): return "\(name), revoked since \(since.text)"
        }
    }
}
