/// Collects who may administer the server, for information: after an update, scopes and groups of the names that an operator has used for
/// something else carry this power.
struct AdministrationCheck {
    /// The most names of a list.
    static let maximumNames = 20

    private var clients: [String] = []
    private var clientCount = 0
    private var groups: [String] = []

    mutating func add(_ registration: ClientRegistration) {
        let scopes = registration.adminScopes
        guard registration.client.isEnabled, !scopes.isEmpty else { return }
        clientCount += 1
        guard clients.count < Self.maximumNames else { return }
        clients.append("\(registration.client.id) (\(scopes.joined(separator: " ")))")
    }

    /// - Parameter members: one more than `maximumNames`, if there are as many.
    mutating func add(_ members: [UserRecord], _ group: AdminGroup) {
        guard !members.isEmpty else { return }
        let names = members.prefix(Self.maximumNames).map { $0.isEnabled ? $0.name : "\($0.name) (disabled)" }
        let more = members.count > Self.maximumNames ? " and more" : ""
        groups.append("In the group \(group.rawValue): \(names.joined(separator: ", "))\(more).")
    }

    var findings: [Finding] {
        let more = clientCount > clients.count ? " and \(clientCount - clients.count) more" : ""
        let list = clients.joined(separator: ", ")
        let found = clients.isEmpty ? [] : ["These clients may use the admin API: \(list)\(more)."]
        return (found + groups).map { .ok(.administration, $0) }
    }
}
