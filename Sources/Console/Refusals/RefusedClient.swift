import Administration
import Pages

/// The client that a caller claimed to be, with what is registered under that identifier.
struct RefusedClient: Sendable {
    let id: String
    /// `nil` if no such client is registered.
    var name: String?
    var isEnabled = true

    static func names(of ids: Set<String>, in store: any Store) async throws(StoreError) -> [String: RefusedClient] {
        var clients: [String: RefusedClient] = [:]
        for id in ids {
            let record = try await store.clients.registration(of: ClientID(id))?.client
            clients[id] = RefusedClient(id: id, name: record?.name, isEnabled: record?.isEnabled ?? true)
        }
        return clients
    }

    /// What an identifier, which a stranger can choose, takes of a page that has many.
    private static let room = 260

    /// - Parameter base: the console's path.
    func context(below base: String) -> [String: Any] {
        let shownID = ShownText.of(id, limit: 255, room: Self.room)
        guard let name else {
            let isURL = id.hasPrefix("https://")
            return ["title": shownID, "note": isURL ? "not registered" : "no such client"]
        }
        let shown = ShownText.of(name.isEmpty ? id : name, room: Self.room)
        var context: [String: Any] = [
            "title": shown, "link": base + "/clients/" + PathSegment.encoded(id), "key": shownID,
        ]
        if !isEnabled { context["note"] = "disabled" }
        return context
    }
}

/// Numbers as the console shows them, with thousands separators.
enum ShownNumber {
    static func of(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[max(0, $0 - 3)..<$0]) }
        return (number < 0 ? "−" : "") + groups.reversed().joined(separator: ",")
    }

    /// Where there is little space: `5,000+`.
    static func short(_ count: FoundCount) -> String { of(count.number) + (count.hasMore ? "+" : "") }

    static func of(_ count: FoundCount) -> String { (count.hasMore ? "More than " : "") + of(count.number) }
}

/// Refusals in words.
enum RefusalWords {
    /// The code as a title: `Wrong audience`.
    static func title(of code: String) -> String {
        let words = ShownText.of(code).replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// The rule that failed, if a rule did, with its explanation.
    static func failure(_ trace: Trace?) -> (rule: Rule, explanation: RejectionExplanation)? {
        for entry in trace?.entries ?? [] {
            if case .failed(_, let explanation) = entry.outcome { return (entry.rule, explanation) }
        }
        return nil
    }

    /// What was wrong with a request, without what was expected.
    static func found(_ entry: AuditEntry) -> String {
        if let record = RequestRecord(text: entry.trace) { return record.detail }
        return failure(TraceRecord(text: entry.trace)?.trace)?.explanation.found ?? ""
    }

    /// Which rule it is, and from how many clients.
    static func facts(of group: RefusalGroup) -> String {
        let rule = group.latest.first.flatMap { failure(TraceRecord(text: $0.trace)?.trace)?.rule }
        let clients = group.clientCount
        let from =
            switch clients {
            case 1: group.latest.first?.clientID == nil ? "requests that name no client" : "1 client"
            default: "\(ShownNumber.of(clients)) clients"
            }
        let origin = group.areAllClientsCounted ? "From \(from)." : "The latest are from \(from)."
        return (rule.map { "Rule \($0.rawValue): \($0.title). " } ?? "") + origin
    }
}
