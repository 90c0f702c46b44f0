import Administration
import CountersignKeyFiles
import Foundation

/// `/keystore`: certificates under aliases, which are the identifiers of clients.
struct KeyStoreEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/keystore", list),
            .post("/keystore", add).takingFile,
            .get("/keystore/{alias}", entry),
            .delete("/keystore/{alias}", remove),
            .get("/keystore/{alias}/certificate", certificate),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        typealias Parameter = KeyStoreFilter.Parameter
        let page = try PageRequest(request, filters: Parameter.allCases.map(\.rawValue))
        var filter = KeyStoreFilter()
        filter.text = page.filters[Parameter.search.rawValue] ?? ""
        filter.validity = try page.choice(Parameter.validity.rawValue)
        filter.isInForce = try page.flag(Parameter.isInForce.rawValue)
        let found = try await KeyStoreAdministration(request.store).search(
            filter, at: page.position, limit: page.limit, now: request.now)
        return page.response(
            found.items, next: found.hasNext ? found.items.last?.entry.position : nil, count: found.count, json: \.json)
    }

    /// Imports a file, or says what it would do: then the answer has the entity tag of the plan, and an import with `If-Match` does what was
    /// planned, or nothing.
    private func add(_ request: AdminRequest) async throws -> AdminResponse {
        let object = try request.object()
        let document = try await CertificateFile.reading { try KeyStoreImportDocument(object) }
        let plan = try await KeyStoreImport(
            document.file, alias: document.alias, replaces: document.replaces, into: request.store, at: request.now)
        let tag = EntityTag(of: plan.version)
        var result = plan.json
        result.set("dry_run", .boolean(document.isDryRun))
        guard !document.isDryRun else {
            result.set("changed", .boolean(false))
            return .document(result, headers: ["ETag": tag.text])
        }
        guard try request.isUnconditional || Precondition(of: request.request).holds(for: tag) else {
            throw Problem(
                .preconditionFailed,
                "Nothing was changed: the key store has changed since the plan that If-Match names. Make a new plan.",
                facts: ["etag": .string(tag.text)], headers: ["ETag": tag.text])
        }
        guard !plan.hasConflict else {
            throw Problem(
                .keyStoreConflict,
                "Nothing was changed: an alias has another certificate. To use the new certificates, send replace: true.",
                facts: result)
        }
        do {
            try await plan.commit(to: request.store)
        } catch StoreError.changed {
            throw Problem(
                .preconditionFailed,
                "Nothing was changed: an alias was given another certificate meanwhile. Look at the key store again.")
        }
        result.set("changed", .boolean(plan.changesAnything))
        return .document(result)
    }

    private func entry(_ request: AdminRequest) async throws -> AdminResponse {
        let details = try await KeyStoreEntryDetails.entry(request.parameter("alias"), in: request.store)
        return .thing(details.json, tag: details.entry.tag)
    }

    private func remove(_ request: AdminRequest) async throws -> AdminResponse {
        let alias = ExactString(request.parameter("alias"))
        let store = try request.store { try $0.keyStoreEntry(alias)?.tag }
        // For its failure, which names a similar entry.
        try await store.keyStore.remove(try await KeyStoreEntryDetails.entry(alias.text, in: store).entry.alias)
        return .none
    }

    private func certificate(_ request: AdminRequest) async throws -> AdminResponse {
        let entry = try await KeyStoreEntryDetails.entry(request.parameter("alias"), in: request.store).entry
        return .thing(
            [
                "alias": .string(entry.alias), "pem": .string(CertificateDetails.pem(entry.certificate.der)),
                "x5c": .array([Data(entry.certificate.der).base64EncodedString()]),
            ], tag: entry.tag)
    }
}

extension AdminRequest {
    /// Whether it does not say from which version it was made.
    fileprivate var isUnconditional: Bool { request.headers["If-Match"] == nil }
}

extension KeyStoreEntry {
    /// The version of what is stored: which client it serves may change without it.
    fileprivate var tag: EntityTag {
        EntityTag(of: [
            "alias": .string(alias), "x5t#S256": .string(certificate.facts.thumbprintSHA256),
            "from_java_key_store": .boolean(isFromJava), "added_at": .string(addedAt.text),
        ])
    }
}
