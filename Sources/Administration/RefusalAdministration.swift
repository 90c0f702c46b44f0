@_exported import Server

/// The requests that the server refused, as the audit log keeps them.
package struct RefusalAdministration: Sendable {
    let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    /// A refusal with what the store says about its client.
    package struct Details: Sendable {
        package let entry: AuditEntry
        /// A sentence about a registered client with a similar identifier.
        package let nearMatch: String?

        package init(entry: AuditEntry, nearMatch: String?) {
            self.entry = entry
            self.nearMatch = nearMatch
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
        let trace = TraceRecord(text: entry.trace)?.trace
        return Details(
            entry: entry, nearMatch: try await NearMatch.sentence(for: entry.clientID, trace, in: store))
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
        return object
    }
}
