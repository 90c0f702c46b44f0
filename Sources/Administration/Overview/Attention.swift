@_exported import Server

/// Something that an operator should look at.
package struct Attention: Sendable, Equatable {
    /// Where one can do something about it.
    package enum Place: Sendable, Equatable {
        case client(ClientID)
        case refusals(of: ClientID)
        case keyStoreEntry(ExactString)
        case changeLog
    }

    /// `problem` or `warning`.
    package let grade: Finding.Grade
    /// As a sentence.
    package let text: String
    /// More about it, as a sentence.
    package var detail: String?
    /// What to do, as `countersign doctor` says it.
    package var remedy: String?
    package var place: Place?

    /// Findings that are about how strict or how large a server is set up need no attention day by day.
    private static let checks = Set(Finding.Check.allCases).subtracting([.strictness, .administration, .connections])

    /// - Returns: `nil` for a finding that needs no attention.
    init?(_ finding: Finding) {
        guard finding.grade != .ok, Self.checks.contains(finding.check) else { return nil }
        (grade, text, remedy) = (finding.grade, finding.text, finding.remedy?.text)
        place = finding.check == .changes ? .changeLog : finding.remedy?.place
    }

    init(_ client: ShutOutClient) {
        (grade, place) = (.problem, .refusals(of: client.id))
        text = "The client \(client.id) is shut out"
        detail = """
            It proves its key, but \(client.refusals == 1 ? "its request" : "\(client.refusals) requests") of the last hour \
            were refused, the last ones with \(client.code), and none was accepted since.
            """
    }

    package var json: JSONObject {
        [
            "grade": .string(grade.rawValue), "text": .string(text), "detail": .string(detail) ?? .null,
            "remedy": .string(remedy) ?? .null,
        ]
    }
}

extension Finding.Remedy {
    fileprivate var place: Attention.Place? {
        switch self {
        case .addKey(let client), .addKeyOrChangeAlgorithm(let client), .changeTokenAlgorithm(let client, _),
            .removeKey(let client, _), .addCertificate(let client), .showClient(let client), .forbidReuse(let client),
            .leaveLegacyProfile(let client), .requireProofKey(let client), .listRedirectURIs(let client):
            .client(client)
        case .replaceEntry(let alias), .removeEntry(let alias), .removeEntryOrOther(let alias),
            .moveEntry(let alias, _), .moveEntryToChosenClient(let alias), .renameEntry(let alias, _):
            .keyStoreEntry(alias)
        case .fetch, .startServer, .raiseReplayLimit, .correctClock, .written: nil
        }
    }
}

/// A client that proves its key and is refused all the same, each time.
struct ShutOutClient: Sendable, Equatable {
    /// The fewest refusals in a row.
    private static let minimum = 3
    /// The most clients that are looked at, and the most refusals that are counted.
    private static let (clients, refusals) = (10, 1000)

    let id: ClientID
    /// In the last hour.
    let refusals: Int
    /// Of the last refusal.
    let code: String

    /// Returns the clients that were refused in the last hour and not accepted since.
    ///
    /// Only refusals after the proof count: everybody can send a request in a client's name.
    static func all(in store: any Store, at now: UnixTime) async throws(StoreError) -> [ShutOutClient] {
        var filter = RefusalFilter()
        (filter.isProven, filter.since) = (true, now - .seconds(3600))
        let counts = try await store.audit.countsByClient(filter, limit: Self.clients, among: Self.refusals)
        var found: [ShutOutClient] = []
        for group in counts.groups where group.count.number >= Self.minimum {
            guard let name = group.key, let registration = try await store.clients.registration(of: ClientID(name)),
                registration.client.isEnabled
            else { continue }
            let id = registration.client.id
            filter.client = name
            let last = try await store.audit.page(filter, after: nil, limit: Self.minimum).entries
            let lastUse = try await store.keyUses.latest(of: id).values.max()
            guard let newest = last.first, let oldest = last.last, last.count == Self.minimum,
                lastUse.map({ $0 < oldest.at }) ?? true
            else { continue }
            found.append(ShutOutClient(id: id, refusals: group.count.number, code: newest.code))
        }
        return found
    }
}
