import CountersignClient
import HTTP

/// A request of the playground's client, which is shown as it is sent.
struct SentRequest: Sendable {
    let method: String
    let address: ServerAddress
    /// Sent in `Authorization: Bearer`.
    var bearer: String?
    /// The form of a POST.
    var parameters: [(name: String, value: String)] = []

    private static let formType = "application/x-www-form-urlencoded"

    var message: Connection.Request {
        Connection.Request(method, address, headers: headers, body: FormWriter.encoded(parameters))
    }

    var assertion: String? { parameters.first { $0.name == "client_assertion" }?.value }

    private var headers: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let bearer { headers.append(("Authorization", "Bearer \(bearer)")) }
        if method == "POST" { headers.append(("Content-Type", Self.formType)) }
        return headers
    }

    /// The request as a curl command line.
    var curl: String {
        var lines = ["curl \(TokenRequest.quoted(address.text))"]
        if let bearer { lines.append("--header \(TokenRequest.quoted("Authorization: Bearer \(bearer)"))") }
        lines += parameters.map { "--data-urlencode \(TokenRequest.quoted("\($0.name)=\($0.value)"))" }
        return lines.joined(separator: " \\\n    ")
    }

    /// The request as HTTP/1.1 sends it, one parameter a line.
    ///
    /// - Parameter isMasked: whether secrets are cut off.
    func text(isMasked: Bool) -> String {
        let parts = address.parts
        var lines = ["\(method) \(parts.path) HTTP/1.1", "Host: \(parts.authority)"]
        for (name, value) in headers {
            lines.append("\(name): \(isMasked && name == "Authorization" ? Secret.masked(value) : value)")
        }
        guard !parameters.isEmpty else { return lines.joined(separator: "\n") }
        lines.append("")
        for (index, (name, value)) in parameters.enumerated() {
            let shown = isMasked && Secret.names.contains(name) ? Secret.masked(value) : value
            lines.append("\(index == 0 ? "" : "&")\(name)=\(shown)")
        }
        return lines.joined(separator: "\n")
    }
}

extension ServerAddress {
    /// Host with port, and what a request line has after the method.
    var parts: (authority: String, path: String) {
        let rest = text.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest.dropFirst(authority.count)
        return (String(authority), path.isEmpty ? "/" : String(path))
    }
}

/// Values that work like passwords: shown in full only where somebody opens them.
enum Secret {
    /// Parameters of requests and members of answers.
    static let names: Set<String> = [
        "code", "code_verifier", "client_assertion", "token", "access_token", "refresh_token", "id_token",
        "id_token_hint", "registration_access_token",
    ]

    static func masked(_ value: String) -> String { value.count > 16 ? value.prefix(12) + "…" : value }
}
