@_exported import Server

/// The requests that the server refused, as the audit log keeps them.
package struct RefusalAdministration: Sendable {
    let store: any Store
    private let corrections: AssertionCorrections
    private let now: UnixTime

    /// - Parameters:
    ///   - issuer: `nil` if it is not known, as for a command that works on a store.
    ///   - now: a corrected example names a key that is in force then.
    package init(
        _ store: any Store, _ settings: ServerSettings = ServerSettings(), issuer: String? = nil,
        at now: UnixTime = .now
    ) {
        (self.store, self.now) = (store, now)
        corrections = AssertionCorrections(store, settings, issuer: issuer)
    }

    /// A refusal with what the store says about its client.
    package struct Details: Sendable {
        package let entry: AuditEntry
        /// A sentence about a registered client with a similar identifier.
        package let nearMatch: String?
        /// What is to change so that the rule that failed holds; empty if the request had no assertion.
        package let corrections: [Correction]

        package init(entry: AuditEntry, nearMatch: String?, corrections: [Correction]) {
            self.entry = entry
            self.nearMatch = nearMatch
            self.corrections = corrections
        }
    }

    /// Returns the latest refusals, newest first.
    ///
    /// - Parameter onlyProven: excludes callers who have not proved a key.
    package func latest(_ limit: Int, onlyProven: Bool) async throws(StoreError) -> [AuditEntry] {
        try await store.audit.latest(limit, onlyProven: onlyProven)
    }

    /// - Parameter reference: as typed.
    package func refusal(_ reference: String) async throws -> Details {
        let entry = try await entry(reference)
        let record = TraceRecord(text: entry.trace)
        var found: [Correction] = []
        if let record {
            found = try await corrections.corrections(
                of: record.trace, record.facts, client: entry.clientID, at: now)
        }
        return Details(
            entry: entry, nearMatch: try await NearMatch.sentence(for: entry.clientID, record?.trace, in: store),
            corrections: found)
    }

    func entry(_ reference: String) async throws -> AuditEntry {
        guard let entry = try await store.audit.entry(Reference(typed: reference)) else {
            throw RefusalFailure.noRefusal(reference)
        }
        return entry
    }
}

/// The parameters of the query with which the admin API lists refusals. The raw value is the name.
package enum RefusalParameter: String, CaseIterable, Sendable {
    case client = "client_id"
    case code
    case isProven = "proven"
    case address = "remote_address"
    case endpoint
    case since
    case until
    case reference

    /// The value in the query for a filter; `nil` if it does not say.
    package func value(in filter: RefusalFilter) -> String? {
        switch self {
        case .client: filter.client
        case .code: filter.code
        case .isProven: filter.isProven.map(String.init)
        case .address: filter.address
        case .endpoint: filter.endpoint
        case .since: filter.since?.text
        case .until: filter.until?.text
        case .reference: filter.referencePrefix
        }
    }
}

/// The reason why a refusal cannot be shown, or judged again.
package enum RefusalFailure: Error, Equatable {
    case noRefusal(String)
    /// Too little is kept of its assertion to judge it again.
    case nothingToJudge(String)
}

extension AuditEntry {
    package var json: JSONObject {
        let record = TraceRecord(text: trace)
        return [
            "reference": .string(reference.text), "at": .string(at.text), "client_id": .string(clientID) ?? .null,
            "proven": .boolean(isProven), "code": .string(code), "endpoint": .string(endpoint),
            "remote_address": .string(remoteAddress) ?? .null,
            "assertion": .object(record?.facts) ?? .null,
            "request": .object(RequestRecord(text: trace)?.json) ?? .null,
            "rules": record?.trace.fullJSON(OperatorRemedyText()) ?? .null,
        ]
    }
}

extension Trace {
    /// For programs: the operator's remedies in words, and as they are stored.
    func fullJSON(_ remedies: OperatorRemedyText) -> JSONValue {
        guard case .array(let worded) = json(wording: remedies.sentences), case .array(let stored) = json
        else { return json }
        return .array(
            zip(worded, stored).map { worded, stored in
                guard case .object(var object) = worded, case .object(let other) = stored,
                    let remedies = other["operator_remedies"]
                else { return worded }
                object.set("operator_remedies", remedies)
                return .object(object)
            })
    }
}

extension RefusalAdministration.Details {
    package var json: JSONObject {
        var object = entry.json
        object.set("near_match", .string(nearMatch) ?? .null)
        object.set("corrected", .array(corrections.map { .object($0.json) }))
        return object
    }
}
