import CountersignJOSE

/// The rules of an assertion in their order, in three stages between which the caller fetches what the next one needs.
struct Examination<Recorder: RuleRecorder> {
    let assertion: ClientAssertion
    var recorder: Recorder

    /// Rules 6, 8, 9 and 9a: what kind of token it is, who claims to call, and whether the signature can be one.
    mutating func claimedClient(_ parameter: ClientID?) throws(Rejection) -> ClientID? {
        let (assertion, claims) = (assertion, assertion.claims)
        _ = try recorder.ask(.type) { () throws(Rejection) in try TypeRule.check(assertion.jws.header.type) }
        let id = try recorder.ask(.issuerAndSubject) { () throws(Rejection) in
            try IssuerAndSubjectRule.check(claims)
        }
        guard let id else { return nil }
        _ = try recorder.ask(.clientIDParameter) { () throws(Rejection) in
            try ClientIDParameterRule.check(parameter, names: id)
        }
        try recorder.askFirstHalf(of: .signature) { () throws(Rejection) in
            try SignatureFormRule.check(assertion.jws)
        }
        return id
    }

    /// Rules 10 to 16: whether the caller is who it claims to be.
    mutating func proof(
        of id: ClientID, _ found: RegisteredClient?, _ policy: AssertionPolicy,
        within allowance: FurtherKeyAllowance? = nil, at now: UnixTime
    ) throws(Rejection) -> ProvenClient? {
        let jws = assertion.jws
        let client = try recorder.ask(.registeredClient) { () throws(Rejection) in
            try RegisteredClientRule.check(found, id: id)
        }
        guard let client else { return nil }
        _ = try recorder.ask(.registeredAlgorithm) { () throws(Rejection) in
            try RegisteredAlgorithmRule.check(jws.header.algorithm, client)
        }
        let candidates = try recorder.ask(.candidateKeys) { () throws(Rejection) in
            if let obstacle = client.keyObstacle { throw .noMatchingKey(.notItsKey(obstacle)) }
            return try CandidateKeys.select(for: jws.header, among: client.keys, at: now)
        }
        guard let candidates else { return nil }
        _ = try recorder.ask(.candidateCount) { () throws(Rejection) in try CandidateKeys.checkCount(candidates) }
        let key = try recorder.ask(.signature) { () throws(Rejection) in
            try SignatureRule.check(jws, with: candidates, of: id, allowance, at: now)
        }
        guard let key else { return nil }
        let tolerated = try recorder.ask(.certificateValidity) { () throws(Rejection) in
            try CertificateValidityRule.check(key, policy.applied(to: client), at: now)
        }
        return ProvenClient(client: client, key: key, tolerated: tolerated ?? nil)
    }

    /// Rules 17 to 23: whether the assertion is meant for us, now.
    mutating func claims(
        _ policy: AssertionPolicy, endpoint: ExactString, at now: UnixTime
    ) throws(Rejection) -> AcceptedClaims? {
        let (assertion, claims) = (assertion, assertion.claims)
        _ = try recorder.ask(.audience) { () throws(Rejection) in
            try AudienceRule.check(assertion, policy, endpoint: endpoint)
        }
        let expiry = try recorder.ask(.expiry) { () throws(Rejection) in
            try ExpiryRule.check(claims, policy, at: now)
        }
        if let expiry {
            _ = try recorder.ask(.lifetime) { () throws(Rejection) in
                try ExpiryRule.checkLifetime(expiry, claims, policy, at: now)
            }
        }
        _ = try recorder.ask(.notBefore) { () throws(Rejection) in try NotBeforeRule.check(claims, policy, at: now) }
        _ = try recorder.ask(.issuedInFuture) { () throws(Rejection) in
            try IssuedAtRule.check(claims, policy, at: now)
        }
        _ = try recorder.ask(.age) { () throws(Rejection) in try IssuedAtRule.checkAge(claims, policy, at: now) }
        let jti = try recorder.ask(.jwtID) { () throws(Rejection) in try JWTIDRule.check(claims, policy) }
        guard let expiry, let jti else { return nil }
        return AcceptedClaims(expiry: expiry, jti: jti)
    }
}

/// The client once rules 10 to 16 hold.
struct ProvenClient {
    let client: RegisteredClient
    /// The key that verified the signature.
    let key: ClientKey
    /// What the policy lets pass with a warning.
    let tolerated: Rejection?
}

/// What rule 24 needs of the claims once rules 17 to 23 hold.
struct AcceptedClaims {
    let expiry: UnixTime
    /// `nil` only in the legacy profile.
    let jti: ExactString?
}
