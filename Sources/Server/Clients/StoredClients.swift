/// The clients as the token endpoint finds them, but from the store alone: where the endpoint would fetch a document, this says which one.
///
/// For debugging. `ClientResolver` has documents in its caches that are not stored, so the endpoint may know more.
package struct StoredClients: Sendable {
    package let store: any Store
    package let settings: ServerSettings
    /// The client that is part of this server; `nil` in another process.
    private let builtIn: BuiltInClient?

    package init(_ store: any Store, _ settings: ServerSettings, builtIn: BuiltInClient? = nil) {
        self.store = store
        self.settings = settings
        self.builtIn = builtIn
    }

    /// What is known about a client.
    package enum Finding: Sendable {
        /// - Parameter fetch: what the endpoint might fetch before it decides; `nil` if the client's keys are all here.
        case client(RegisteredClient, fetch: NeededFetch?)
        case absent(UnknownClientReason)
        /// Only a document that is not stored says whether there is such a client.
        case document(NeededFetch)

        package var client: RegisteredClient? {
            if case .client(let client, _) = self { client } else { nil }
        }

        package var fetch: NeededFetch? {
            switch self {
            case .client(_, let fetch): fetch
            case .document(let fetch): fetch
            case .absent: nil
            }
        }
    }

    /// Looks a client up as `ClientResolver` does.
    package func find(_ id: ClientID, at now: UnixTime) async throws(StoreError) -> Finding {
        if let builtIn, builtIn.registered.id == id { return .client(builtIn.registered, fetch: nil) }
        if let client = try await store.clients.registration(of: id)?.registeredClient {
            guard let url = client.keySetURL else { return .client(client, fetch: nil) }
            return try await found(client, keysAt: url, at: now)
        }
        guard settings.clientMetadata.isEnabled, ClientIDURL.matches(id, settings.clientMetadata) else {
            return .absent(.notRegistered)
        }
        do throws(ClientMetadataFault) {
            let url = try ClientIDURL(id, settings.clientMetadata)
            return .document(NeededFetch(url: url.text, reason: .metadataDocument))
        } catch {
            return .absent(.metadataDocument(error.phrase))
        }
    }

    private func found(
        _ client: RegisteredClient, keysAt url: ExactString, at now: UnixTime
    ) async throws(StoreError) -> Finding {
        // The sets of such clients are not stored. A copy for another client with the same URL does not count.
        guard client.attachedRecord?.origin != .open else {
            return .client(client, fetch: NeededFetch(url: url, reason: .keySetOfStranger))
        }
        guard let record = try await store.keySets.record(of: url.text), let readAt = record.fetchedAt else {
            return .client(client, fetch: NeededFetch(url: url, reason: .keySetNotRead))
        }
        let keys = (try? JWKSet(parsingPublished: record.body))?.keys.map { ClientKey($0) } ?? []
        let isUsable = record.freshness.usability(at: now, grace: settings.keySets.grace) == .usable
        return .client(
            client.with(keys: keys),
            fetch: NeededFetch(url: url, reason: isUsable ? .keySetAgain(readAt: readAt) : .keySetOld(readAt: readAt)))
    }
}

/// A document that the token endpoint would fetch before it decides about an assertion.
package struct NeededFetch: Sendable, Equatable {
    package let url: ExactString
    package let reason: Reason

    package enum Reason: Sendable, Equatable {
        /// The client is a URL, whose metadata document is not stored.
        case metadataDocument
        /// The key set of a client that registered itself without the operator is not stored.
        case keySetOfStranger
        /// The key set has not been read yet.
        case keySetNotRead
        /// The stored key set is too old to be used.
        case keySetOld(readAt: UnixTime)
        /// The stored key set is read once more if none of its keys fits or verifies (rule 13).
        case keySetAgain(readAt: UnixTime)
    }

    /// The rule for which the document is needed.
    package var rule: Rule { reason == .metadataDocument ? .registeredClient : .keySetRefresh }

    /// When the stored copy was read; `nil` if there is none.
    package var readAt: UnixTime? {
        switch reason {
        case .metadataDocument, .keySetOfStranger, .keySetNotRead: nil
        case .keySetOld(let time), .keySetAgain(let time): time
        }
    }

    /// Returns whether the endpoint would fetch the document for an assertion about which the verifier, with what is stored, decided so.
    ///
    /// - Parameter rejection: `nil` if the assertion was accepted.
    package func isMade(after rejection: Rejection?) -> Bool {
        rejection?.isOfSignatureForm != true && isMade(afterFailureOf: rejection?.rule)
    }

    /// The same where only the first rule that failed is known.
    ///
    /// - Parameter rule: `nil` if none failed.
    package func isMade(afterFailureOf rule: Rule?) -> Bool {
        switch reason {
        case .metadataDocument: rule == .registeredClient
        // The keys are needed as soon as rules 10 and 11 hold.
        case .keySetOfStranger, .keySetNotRead, .keySetOld: rule.map { $0 > .registeredAlgorithm } ?? true
        case .keySetAgain: rule == .candidateKeys || rule == .signature
        }
    }
}

extension Rejection {
    /// Rule 9a, which is checked before the client is looked up.
    fileprivate var isOfSignatureForm: Bool { if case .malformedSignature = self { true } else { false } }
}
