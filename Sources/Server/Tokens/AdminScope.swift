/// The scopes of the admin API.
///
/// They are reserved: granted for the API's resource alone (RFC 8707), and only to clients that the operator has registered. A token for
/// another server therefore never opens the admin API, whatever scopes that server's operator has chosen.
package enum AdminScope: String, Sendable, CaseIterable {
    /// Reading.
    case read = "admin.read"
    /// Reading and changing.
    case write = "admin.write"

    /// Returns whether a scope token is one of these.
    package static func isReserved(_ token: String) -> Bool {
        token == "admin.read" || token == "admin.write"
    }

    /// Returns the tokens that clients of other resources can have.
    static func removed(from tokens: [String]) -> [String] {
        tokens.contains(where: isReserved) ? tokens.filter { !isReserved($0) } : tokens
    }

    /// Returns what to do about refused tokens, if one is of the admin API, as a sentence after a space.
    static func hint(about refused: [String]) -> String {
        guard let token = refused.first(where: isReserved) else { return "" }
        return
            " \(token) is granted for the admin API only: send its URL, the issuer with /admin/v1, in the parameter resource."
    }
}

extension ResourceRecord {
    /// The built-in resource of the admin API, which is not stored.
    static func adminAPI(at urls: ServerURLs) -> ResourceRecord {
        ResourceRecord(
            uri: urls.adminAPI, name: "Countersign admin API", scopes: AdminScope.allCases.map(\.rawValue),
            createdAt: UnixTime(seconds: 0))
    }
}
