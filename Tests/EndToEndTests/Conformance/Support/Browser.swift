import AsyncHTTPClient
import Foundation
import NIOCore

/// A browser without a screen: cookies, redirects and forms of one server, as RFC 6265bis and the Fetch standard have them.
///
/// It stays on the server's origin. A redirect or a form that leads elsewhere ends the walk: that is the client's answer.
final class Browser {
    /// The site that begins a navigation.
    enum Site {
        /// The address bar, or a link in a mail.
        case none
        case same
        case other
    }

    /// Scheme, host and port that people see.
    let origin: String
    var cookies = CookieJar()
    /// Every page shown, in order.
    private(set) var pages: [WebPage] = []
    /// `Accept-Language`.
    var languages: String?
    /// Where the server listens: another port after a restart.
    var address: String

    private static let http = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

    /// - Parameters:
    ///   - origin: the issuer's origin.
    ///   - address: where it listens, if there is a proxy in between.
    init(origin: String, address: String? = nil) {
        self.origin = origin
        self.address = address ?? origin
    }

    private var isSecure: Bool { origin.hasPrefix("https://") }

    // MARK: Navigation

    /// Opens a URL as a link on another site does.
    func open(_ url: String, from site: Site = .other) async throws -> Landing {
        try await navigate("GET", url, nil, from: site, submitting: nil)
    }

    /// Posts a form that another site has in its page.
    func post(_ url: String, _ fields: [(String, String)], from site: Site = .other) async throws -> Landing {
        try await navigate("POST", url, fields, from: site, submitting: nil)
    }

    /// Presses a button on a page.
    func submit(
        _ page: WebPage, _ form: HTMLForm, _ button: HTMLForm.Button?, filling values: [String: String] = [:]
    ) async throws -> Landing {
        let url = URLText.resolve(form.action, against: page.url)
        let fields = form.submission(button, filling: values)
        guard form.method == "post" else {
            let query = TestServer.encode(fields)
            let bare = url.prefix { $0 != "?" }
            return try await navigate("GET", bare + "?" + query, nil, from: .same, submitting: page)
        }
        return try await navigate("POST", url, fields, from: .same, submitting: page)
    }

    /// Submits a sign-in form, again while the server is busy: other tests sign the same person in, of whom it checks two passwords at a time.
    /// The page that says so is not among `pages`.
    func signIn(_ page: WebPage, _ form: HTMLForm, filling values: [String: String]) async throws -> Landing {
        var landing = try await submit(page, form, form.buttons.first, filling: values)
        for _ in 0..<100 {
            guard case .page(let busy) = landing, busy.status == 503 else { break }
            pages.removeLast()
            landing = try await submit(page, form, form.buttons.first, filling: values)
        }
        return landing
    }

    private func navigate(
        _ method: String, _ url: String, _ fields: [(String, String)]?, from site: Site, submitting page: WebPage?
    ) async throws -> Landing {
        var (method, url, fields) = (method, url, fields)
        // The Fetch standard §3.2: such a page does not reveal its origin, not even to its own server.
        let hidesOrigin = page?.headers["referrer-policy"] == "no-referrer"
        for _ in 0..<10 {
            if let page, !page.allowsFormAction(url, on: origin) {
                throw TestFailure(
                    "form-action of \(page.url) does not allow \(url): \(page.policy("form-action") ?? [])")
            }
            guard URLText.origin(of: url) == origin else { return .client(Self.response(at: url, posted: fields)) }
            let answer = try await send(method, url, fields, from: site, hidesOrigin: hidesOrigin)
            guard (300..<400).contains(answer.status), let location = answer.headers["location"] else {
                return try await show(
                    WebPage(url: url, status: answer.status, headers: answer.headers, text: answer.text))
            }
            url = URLText.resolve(location, against: url)
            if ![307, 308].contains(answer.status) { (method, fields) = ("GET", nil) }
        }
        throw TestFailure("more than ten redirects, the last to \(url)")
    }

    /// Shows a page. One that posts itself to the client is followed, if its script may run and its policy lets it post.
    private func show(_ page: WebPage) async throws -> Landing {
        guard page.kind == .formPost, let form = page.forms.first else {
            pages.append(page)
            return .page(page)
        }
        let script = HTMLTag.all(in: page.text).first { $0.name == "script" }?.attributes["src"]
        guard let script, page.policy("script-src")?.contains("'self'") != false else {
            throw TestFailure("the page posts nothing by itself: \(page.text)")
        }
        let loaded = try await send("GET", URLText.resolve(script, against: page.url), nil, from: .same)
        guard loaded.status == 200 else { throw TestFailure("\(script): \(loaded.status)") }
        return try await submit(page, form, form.buttons.first)
    }

    private static func response(at url: String, posted fields: [(String, String)]?) -> ClientResponse {
        ClientResponse(
            mode: fields == nil ? .query : .formPost, location: url, parameters: fields ?? URLText.parameters(of: url))
    }

    // MARK: One request

    private func send(
        _ method: String, _ url: String, _ fields: [(String, String)]?, from site: Site,
        hidesOrigin: Bool = false
    ) async throws -> Answer {
        let path = URLText.path(of: url)
        var request = HTTPClientRequest(url: address + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Host", value: String(origin.drop { $0 != "/" }.dropFirst(2)))
        request.headers.add(name: "Accept", value: "text/html,application/xhtml+xml,*/*;q=0.8")
        request.headers.add(name: "User-Agent", value: "Mozilla/5.0 (X11; Linux x86_64) Conformance/1.0")
        if let languages { request.headers.add(name: "Accept-Language", value: languages) }
        let fetchSite =
            switch site {
            case .none: "none"
            case .same: "same-origin"
            case .other: "cross-site"
            }
        request.headers.add(name: "Sec-Fetch-Site", value: fetchSite)
        request.headers.add(name: "Sec-Fetch-Mode", value: "navigate")
        request.headers.add(name: "Sec-Fetch-Dest", value: "document")
        if let fields {
            request.headers.add(
                name: "Origin", value: hidesOrigin ? "null" : site == .same ? origin : "https://client.example")
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: TestServer.encode(fields)))
        }
        let cookie = cookies.header(path: String(path.prefix { $0 != "?" }), isSecure: isSecure) { sameSite in
            switch sameSite {
            case .none: true
            case .lax: site != .other || method == "GET"
            case .strict: site != .other
            }
        }
        if let cookie { request.headers.add(name: "Cookie", value: cookie) }
        let response = try await Self.http.execute(request, timeout: .seconds(60))
        for header in response.headers["Set-Cookie"] where !cookies.store(header, isSecure: isSecure) {
            throw TestFailure("a browser refuses this cookie: \(header)")
        }
        return try await Answer(response)
    }
}
