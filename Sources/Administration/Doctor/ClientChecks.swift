package struct ClientChecks: Sendable {
    /// The default for clients without a setting of their own.
    let serverValidity: AssertionPolicy.CertificateValidity
    /// How long a stale key set is used while it cannot be read.
    let grace: Duration
    let now: UnixTime

    package init(serverValidity: AssertionPolicy.CertificateValidity, grace: Duration, now: UnixTime) {
        self.serverValidity = serverValidity
        self.grace = grace
        self.now = now
    }

    /// - Parameter lookalikes: key store aliases that differ from the client ID only in case and did not come from a Java key store.
    package func findings(_ registration: ClientRegistration, lookalikes: [ExactString]) -> [Finding] {
        keys(registration, lookalikes) + algorithm(registration) + certificates(registration)
            + strictness(registration.client)
    }

    /// Adds findings on the key set at its `jwks_uri`; returns none for a disabled client.
    func findings(
        _ registration: ClientRegistration, keySet record: RemoteKeySetRecord?, lookalikes: [ExactString]
    ) -> [Finding] {
        guard registration.client.isEnabled else { return [] }
        let findings = findings(registration, lookalikes: lookalikes)
        guard case .keySet(let url) = registration.keySource else { return findings }
        return findings + keySet(at: url, registration.client.id, record)
    }

    private func certificates(_ registration: ClientRegistration) -> [Finding] {
        registration.certificateNotices(at: now, serverValidity: serverValidity).map { notice in
            Finding(
                notice.isOutage ? .problem : .warning, .certificates, notice.text(at: now), remedy: notice.remedyCase)
        }
    }

    private func keys(_ registration: ClientRegistration, _ lookalikes: [ExactString]) -> [Finding] {
        let client = registration.client
        guard client.authenticationMethod == .privateKeyJWT else { return [] }
        switch registration.keySource {
        case .own:
            guard !registration.keys.contains(where: { $0.status.allowsUse(at: now) }) else { return [] }
            return [
                Finding(
                    .problem, .keys, "All keys of the client \(client.id) are retired or revoked.",
                    remedy: .addKey(client.id))
            ]
        case .none:
            if let ambiguity = registration.aliasAmbiguity {
                return [
                    Finding(
                        .problem, .keys, "The client \(client.id) has no key: \(ambiguity.phrase).",
                        remedy: .moveEntry(ambiguity.alias, to: client.id))
                ]
            }
            guard let lookalike = lookalikes.first else {
                return [
                    Finding(
                        .problem, .keys, "The client \(client.id) has no key.",
                        remedy: .addKey(client.id))
                ]
            }
            return [
                Finding(
                    .problem, .keys,
                    "The client \(client.id) has no key: the key store's entry \(lookalike.text) differs in case.",
                    remedy: .renameEntry(lookalike, to: client.id.text))
            ]
        case .keySet, .keyStore: return []
        }
    }

    /// Reports a required algorithm that none of the client's keys supports.
    private func algorithm(_ registration: ClientRegistration) -> [Finding] {
        let client = registration.client
        guard let algorithm = registration.algorithmWithoutKey(at: now) else { return [] }
        return [
            Finding(
                .problem, .keys,
                "The client \(client.id) may sign with \(algorithm.name) only, but none of its keys supports it.",
                remedy: .addKeyOrChangeAlgorithm(client.id))
        ]
    }

    private func keySet(at url: String, _ client: ClientID, _ record: RemoteKeySetRecord?) -> [Finding] {
        guard let record else {
            return [
                Finding(
                    .warning, .keySets, "The key set of the client \(client) at \(url) was not read yet.",
                    remedy: .startServer)
            ]
        }
        guard let fresh = record.expiresAt, !record.body.isEmpty else {
            let reason = record.problem.map { ": \($0)" } ?? ""
            return [
                Finding(
                    record.problem == nil ? .warning : .problem, .keySets,
                    "The key set of the client \(client) at \(url) could never be read\(reason).",
                    remedy: .fetch(url: url))
            ]
        }
        var findings = content(of: record, client)
        guard let problem = record.problem else { return findings }
        let state =
            if now < fresh {
                "is good until \(fresh.text)"
            } else if now < fresh + grace {
                "is used on grace until \((fresh + grace).text)"
            } else {
                "is no longer used"
            }
        findings.append(
            Finding(
                now < fresh + grace ? .warning : .problem, .keySets,
                "The key set of the client \(client) at \(url) cannot be read (\(problem)); the last one \(state).",
                remedy: .fetch(url: url)))
        return findings
    }

    private func content(of record: RemoteKeySetRecord, _ client: ClientID) -> [Finding] {
        let set: JWKSet
        do {
            set = try JWKSet(parsingPublished: record.body)
        } catch {
            return [
                Finding(
                    .problem, .keySets, "The key set of the client \(client) at \(record.url): \(error.phrase).")
            ]
        }
        var findings: [Finding] = []
        if set.keys.isEmpty {
            findings.append(
                Finding(.problem, .keySets, "The key set of the client \(client) at \(record.url) has no usable key."))
        }
        for refused in set.refused {
            let name = refused.keyID.map { " (kid \($0.text))" } ?? ""
            findings.append(
                Finding(
                    .warning, .keySets,
                    """
                    Key \(refused.index + 1)\(name) in the key set of the client \(client) at \(record.url) is left aside: \
                    \(refused.reason.phrase).
                    """))
        }
        return findings
    }

    private func strictness(_ client: ClientRecord) -> [Finding] {
        var findings: [Finding] = []
        if client.options.audienceProfile == .legacy {
            findings.append(
                Finding(
                    .warning, .strictness,
                    "The client \(client.id) has the audience profile legacy, which is open to audience injection.",
                    remedy: .leaveLegacyProfile(client.id)))
        }
        if client.options.allowsReuse == true {
            findings.append(
                Finding(
                    .warning, .strictness, "An assertion of the client \(client.id) works until it expires.",
                    remedy: .forbidReuse(client.id)))
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
    fileprivate var remedyCase: Finding.Remedy {
        switch place {
        case .ownKey(let name): hasSuccessor ? .removeKey(client, name) : .addCertificate(client)
        case .keyStore(let alias): .replaceEntry(alias)
        }
    }
}
