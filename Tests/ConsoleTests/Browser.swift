import Pages
import Server
import Synchronization
import Testing

@testable import Console

/// A browser without scripts: it keeps cookies by host, follows redirects, and fills in forms.
final class Browser: Sendable {
    /// What the browser shows.
    struct Shown: Sendable {
        let url: String
        let response: EndpointResponse

        var status: Int { response.status }
        var html: String { String(decoding: response.body, as: UTF8.self) }
        func header(_ name: StaticString) -> String? { response.headers[name] }

        /// The text of the title.
        var title: String { between("<title>", "</title>") ?? "" }

        /// Whether the page has a script beside the console's own, which have nothing of the page.
        var hasOtherScript: Bool {
            let own = /<script src="(\/console)?\/assets\/(console|session)\.js\?v=[\w-]+" defer><\/script>/
            return html.replacing(own, with: "").contains("<script")
        }

        /// The values of the hidden fields of the form that is posted to a path.
        func hidden(_ action: String) -> [(name: String, value: String)] {
            html.split(separator: "<form").dropFirst().compactMap { form -> [(name: String, value: String)]? in
                let form = form.prefix(while: { _ in true }).split(separator: "</form>").first.map(String.init) ?? ""
                guard form.contains("action=\"\(action)\"") else { return nil }
                return form.split(separator: "type=\"hidden\"").dropFirst().compactMap { field in
                    guard let name = field.firstMatch(of: /name="([^"]*)"/),
                        let value = field.firstMatch(of: /value="([^"]*)"/)
                    else { return nil }
                    return (String(name.1), String(value.1))
                }
            }.first ?? []
        }

        private func between(_ start: String, _ end: String) -> String? {
            guard let from = html.firstRange(of: start), let to = html[from.upperBound...].firstRange(of: end) else {
                return nil
            }
            return String(html[from.upperBound..<to.lowerBound])
        }
    }

    private let bench: ConsoleBench
    /// The value of `User-Agent`.
    private let agent: String
    /// By host and name.
    private let jar: Mutex<[String: [String: String]]>

    init(_ bench: ConsoleBench, agent: String = "Browser/1", cookies: [String: [String: String]] = [:]) {
        (self.bench, self.agent) = (bench, agent)
        jar = Mutex(cookies)
    }

    var cookies: [String: [String: String]] { jar.withLock(\.self) }

    /// A browser with a copy of the cookies, such as a thief would have.
    func copy() -> Browser { Browser(bench, agent: agent, cookies: cookies) }

    /// Sends a request to an absolute URL or a path of the issuer's host, and keeps the cookies of the answer.
    func send(
        _ method: String = "GET", _ url: String, form: [(name: String, value: String)]? = nil,
        headers: [(String, String)] = [], body: EndpointRequest.Body? = nil
    ) async -> Shown {
        let url = url.hasPrefix("/") ? ConsoleBench.issuer + url : url
        let rest = url.dropFirst("https://".count)
        let host = String(rest.prefix { $0 != "/" })
        let target = rest.dropFirst(host.count)
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var fields: HeaderFields = ["User-Agent": agent]
        let cookies = jar.withLock { $0[host] ?? [:] }
        if !cookies.isEmpty { fields.append("Cookie", cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ")) }
        if form != nil || body != nil {
            if form != nil { fields.append("Content-Type", "application/x-www-form-urlencoded") }
            if !headers.contains(where: { $0.0 == "Origin" }) { fields.append("Origin", "https://" + host) }
        }
        for (name, value) in headers { fields.append(name, value) }
        let response = await bench.routes.response(
            to: EndpointRequest(
                method: method, path: parts[0].isEmpty ? "/" : String(parts[0]),
                query: parts.count > 1 ? String(parts[1]) : nil, headers: fields, remoteAddress: "203.0.113.7",
                body: body ?? .bytes(Array(FormWriter.encoded(form ?? []).utf8))))
        jar.withLock { jar in
            for field in response.headers.fields where field.name == "Set-Cookie" {
                let pair = field.value.prefix { $0 != ";" }.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                jar[host, default: [:]][String(pair[0])] = field.value.contains("Max-Age=0") ? nil : String(pair[1])
            }
        }
        return Shown(url: url, response: response)
    }

    /// Opens a page and follows redirects.
    func open(_ url: String) async -> Shown { await follow(await send("GET", url)) }

    func follow(_ shown: Shown) async -> Shown {
        var shown = shown
        for _ in 0..<10 {
            guard shown.status == 303, let location = shown.header("Location") else { break }
            let host = shown.url.dropFirst("https://".count).prefix { $0 != "/" }
            shown = await send("GET", location.hasPrefix("/") ? "https://\(host)\(location)" : location)
        }
        return shown
    }

    /// Opens a page of the console, signs in if the sign-in page appears, and returns what is shown then.
    func signIn(
        as name: String, at path: String = "", password: String = ConsoleBench.password
    ) async throws -> Shown {
        let shown = await open(bench.address.issuer + path)
        let action = "/oauth2/authorize/sign-in"
        guard shown.html.contains("action=\"\(action)\"") else { return shown }
        return await follow(
            await send(
                "POST", action,
                form: shown.hidden(action) + [(name: "user", value: name), (name: "password", value: password)]))
    }

    /// Posts a form of a page of the console.
    func post(_ shown: Shown, _ path: String, _ fields: [(name: String, value: String)] = []) async -> Shown {
        await send("POST", bench.address.issuer + path, form: shown.hidden(bench.address.path + path) + fields)
    }

    /// Posts a form with a field for a file (RFC 7578).
    ///
    /// - Parameter file: empty bytes for none.
    func upload(
        _ shown: Shown, _ path: String, _ fields: [(name: String, value: String)] = [],
        file: (name: String, bytes: [UInt8])? = nil
    ) async -> Shown {
        var body = (shown.hidden(bench.address.path + path) + fields).flatMap { name, value in
            Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        if let file {
            let name = file.bytes.isEmpty ? "" : file.name.replacing("\"", with: "%22")
            body += Array("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n".utf8)
            body += Array("Content-Type: application/octet-stream\r\n\r\n".utf8) + file.bytes + Array("\r\n".utf8)
        }
        return await send(
            "POST", bench.address.issuer + path, headers: [("Content-Type", "multipart/form-data; boundary=b")],
            body: .bytes(body + Array("--b--\r\n".utf8)))
    }
}
