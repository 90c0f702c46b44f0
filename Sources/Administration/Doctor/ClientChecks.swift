package struct ClientChecks: Sendable {
    /// The default for clients without a setting of their own.
    let serverValidity: AssertionPolicy.CertificateValidity
    /// Whether the server demands PKCE of every client.
    let serverRequiresProofKey: Bool
    /// How long a stale key set is used while it cannot be read.
    let grace: Duration
    let now: UnixTime

    package init(
        serverValidity: AssertionPolicy.CertificateValidity, serverRequiresProofKey: Bool = false, grace: Duration,
        now: UnixTime
    ) {
        self.serverValidity = serverValidity
        self.serverRequiresProofKey = serverRequiresProofKey
        self.grace = grace
        self.now = now
    }

    /// - Parameter caseVariants: key store aliases that differ from the client ID only in case and did not come from a Java key store.
    package func findings(_ registration: ClientRegistration, caseVariants: [ExactString]) -> [Finding] {
        keys(registration, caseVariants) + algorithm(registration) + certificates(registration)
            + strictness(registration.client)
    }

    /// Adds findings on the key set at its `jwks_uri`; returns none for a disabled client.
    func findings(
        _ registration: ClientRegistration, keySet record: RemoteKeySetRecord?, caseVariants: [ExactString]
    ) -> [Finding] {
        guard registration.client.isEnabled else { return [] }
        let findings = findings(registration, caseVariants: caseVariants) + proofKey(registration.client)
        guard case .keySet(let url) = registration.keySource else { return findings }
        return findings + keySet(at: url, registration.client.id, record)
    }

    private func certificates(_ registration: ClientRegistration) -> [Finding] {
        registration.certificateNotices(at: now, serverValidity: serverValidity).map { notice in
            notice.isOutage
                ? .problem(.certificates, notice.text(at: now), notice.remedy)
                : .warning(.certificates, notice.text(at: now), notice.remedy)
        }
    }

    private func keys(_ registration: ClientRegistration, _ caseVariants: [ExactString]) -> [Finding] {
        let client = registration.client
        guard client.authenticationMethod == .privateKeyJWT else { return [] }
        let hasNoKey = "The client \(client.id) has no key"
        switch registration.keySource {
        case .own:
            guard !registration.keys.contains(where: { $0.status.allowsUse(at: now) }) else { return [] }
            return [
                .problem(.keys, "All keys of the client \(client.id) are retired or revoked.", .addKey(client.id))
            ]
        case .none:
            if let ambiguity = registration.aliasAmbiguity {
                return [
                    .problem(.keys, "\(hasNoKey): \(ambiguity.phrase).", .moveEntry(ambiguity.alias, to: client.id))
                ]
            }
            guard let caseVariant = caseVariants.first else {
                return [.problem(.keys, hasNoKey + ".", .addKey(client.id))]
            }
            return [
                .problem(
                    .keys, "\(hasNoKey): the key store's entry \(caseVariant.text) differs in case.",
                    .renameEntry(caseVariant, to: client.id.text))
            ]
        case .keySet, .keyStore: return []
        }
    }

    /// Reports a required algorithm that none of the client's keys supports.
    private func algorithm(_ registration: ClientRegistration) -> [Finding] {
        guard let algorithm = registration.algorithmWithoutKey(at: now) else { return [] }
        let client = registration.client.id
        return [
            .problem(
                .keys, "The client \(client) may sign with \(algorithm.name) only, but none of its keys supports it.",
                .addKeyOrChangeAlgorithm(client))
        ]
    }

    private func keySet(at url: String, _ client: ClientID, _ record: RemoteKeySetRecord?) -> [Finding] {
        let set = "key set of the client \(client) at \(url)"
        guard let record else { return [.warning(.keySets, "The \(set) was not read yet.", .startServer)] }
        guard let fresh = record.expiresAt, !record.body.isEmpty else {
            guard let problem = record.problem else {
                return [.warning(.keySets, "The \(set) could never be read.", .fetch(url: url))]
            }
            return [.problem(.keySets, "The \(set) could never be read: \(problem).", .fetch(url: url))]
        }
        let findings = content(of: record, set)
        guard let problem = record.problem else { return findings }
        func failed(_ state: String) -> String { "The \(set) cannot be read (\(problem)); the last one \(state)." }
        let failure: Finding =
            if now < fresh {
                .warning(.keySets, failed("is good until \(fresh.text)"), .fetch(url: url))
            } else if now < fresh + grace {
                .warning(.keySets, failed("is used on grace until \((fresh + grace).text)"), .fetch(url: url))
            } else {
                .problem(.keySets, failed("is no longer used"), .fetch(url: url))
            }
        return findings + [failure]
    }

    private func content(of record: RemoteKeySetRecord, _ name: String) -> [Finding] {
        do {
            let set = try JWKSet(parsingPublished: record.body)
            let refused = set.refused.map { key in
                let kid = key.keyID.map { " (kid \($0.text))" } ?? ""
                return Finding.warning(
                    .keySets, "Key \(key.index + 1)\(kid) in the \(name) is skipped: \(key.reason.phrase).")
            }
            return (set.keys.isEmpty ? [.problem(.keySets, "The \(name) has no usable key.")] : []) + refused
        } catch {
            return [.problem(.keySets, "The \(name): \(error.phrase).")]
        }
    }

    /// Recommends PKCE for clients that authenticate; public clients need it anyway.
    private func proofKey(_ client: ClientRecord) -> [Finding] {
        guard client.grants.contains(.authorizationCode), client.authenticationMethod != .none,
            !(client.signIn.requiresProofKey ?? serverRequiresProofKey)
        else { return [] }
        return [
            .warning(
                .strictness, "The client \(client.id) may sign people in without PKCE (RFC 9700 section 2.1.1).",
                .requireProofKey(client.id))
        ]
    }

    private func strictness(_ client: ClientRecord) -> [Finding] {
        var findings: [Finding] = []
        if client.signIn.redirectURIs.contains(where: RedirectURI.isPattern) {
            findings.append(
                .warning(
                    .strictness,
                    "The client \(client.id) has a pattern in place of redirect URIs, which may match more than was meant.",
                    .listRedirectURIs(client.id)))
        }
        if client.options.audienceProfile == .legacy {
            findings.append(
                .warning(
                    .strictness,
                    "The client \(client.id) has the audience profile legacy, which is open to audience injection.",
                    .leaveLegacyProfile(client.id)))
        }
        if client.options.allowsReuse == true {
            findings.append(
                .warning(
                    .strictness, "An assertion of the client \(client.id) works until it expires.",
                    .forbidReuse(client.id)))
        }
        return findings
    }
}

extension ClientRegistration {
    /// Returns the only algorithm that the client may sign with, if none of the keys in force supports it.
    fileprivate func algorithmWithoutKey(at now: UnixTime) -> SignatureAlgorithm? {
        let keys: [JWK]
        switch keySource {
        case .own: keys = self.keys.filter { $0.status.allowsUse(at: now) }.map(\.jwk)
        case .keyStore: keys = keyStoreEntry.map { [$0.jwk] } ?? []
        case .keySet, .none: return nil
        }
        guard let algorithm = client.options.signingAlgorithm, !keys.isEmpty else { return nil }
        return keys.contains { $0.allowsVerification(with: algorithm) } ? nil : algorithm
    }
}

extension CertificateNotice {
    package var remedy: Finding.Remedy {
        switch place {
        case .ownKey(let name): hasSuccessor ? .removeKey(client, name) : .addCertificate(client)
        case .keyStore(let alias): .replaceEntry(alias)
        }
    }
}
