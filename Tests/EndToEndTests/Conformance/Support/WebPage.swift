/// A page that a browser shows.
struct WebPage {
    let url: String
    let status: Int
    let headers: [String: String]
    let text: String

    enum Kind: String {
        case signIn, consent, signOut, formPost, other
    }

    var forms: [HTMLForm] { HTMLForm.all(in: text) }

    var isHTML: Bool { headers["content-type"]?.hasPrefix("text/html") == true }

    /// The kind of page, by what a person could do on it.
    var kind: Kind {
        if forms.contains(where: { $0.passwordField != nil }) { return .signIn }
        if forms.contains(where: { $0.button("answer", "allow") != nil }) { return .consent }
        if forms.contains(where: { $0.button("answer", "sign_out") != nil }) { return .signOut }
        let isPosted = forms.contains { $0.method == "post" && $0.action.hasPrefix("http") }
        return isPosted ? .formPost : .other
    }

    /// The sources of a directive of its Content-Security-Policy; `nil` if it has none.
    func policy(_ directive: String) -> [String]? {
        headers["content-security-policy"]?.split(separator: ";").map { $0.split(separator: " ").map(String.init) }
            .first { $0.first == directive }.map { Array($0.dropFirst()) }
    }

    /// Whether its policy lets its forms lead to a URL, at once or by redirects.
    func allowsFormAction(_ url: String, on origin: String) -> Bool {
        guard let sources = policy("form-action") else { return true }
        return sources.contains { source in
            switch source {
            case "*": url.hasPrefix("http://") || url.hasPrefix("https://")
            case "'self'": URLText.origin(of: url) == origin
            default:
                source.hasSuffix(":") ? url.hasPrefix(source) : URLText.origin(of: url) == URLText.origin(of: source)
            }
        }
    }
}

/// Where a walk through the server's pages ended.
enum Landing {
    case page(WebPage)
    case client(ClientResponse)

    /// The answer at the client.
    ///
    /// - Throws: `TestFailure` with the page if it ended at one.
    var response: ClientResponse {
        get throws {
            switch self {
            case .client(let response): return response
            case .page(let page):
                throw TestFailure("a page instead of a redirect: \(page.status) \(page.url)\n\(page.text.prefix(4000))")
            }
        }
    }

    /// The page.
    ///
    /// - Throws: `TestFailure` if the browser went to the client.
    var page: WebPage {
        get throws {
            switch self {
            case .page(let page): return page
            case .client(let response): throw TestFailure("a redirect instead of a page: \(response.location)")
            }
        }
    }
}

/// What arrived at the client's redirect URI, or at any other address outside the server.
struct ClientResponse {
    enum Mode { case query, formPost }

    let mode: Mode
    /// The whole URL.
    let location: String
    /// In the query or the form.
    let parameters: [(String, String)]

    subscript(_ name: String) -> String? { parameters.first { $0.0 == name }?.1 }

    var names: [String] { parameters.map(\.0) }
}
