import Synchronization

@testable import Server

/// A browser: keeps cookies, and sends what browsers send with a form.
final class Browser: Sendable {
    private let cookies = Mutex<[String: String]>([:])

    func get(_ path: String, _ query: String?, _ bench: AuthorizationBench) async -> Shown {
        await send(EndpointRequest(method: "GET", path: path, query: query, headers: headers()), bench)
    }

    func post(
        _ path: String, _ fields: [HiddenField], _ bench: AuthorizationBench,
        origin: String = AuthorizationBench.issuer, sendsCookies: Bool = true
    ) async -> Shown {
        var headers = headers(sendsCookies: sendsCookies)
        headers.append("Content-Type", "application/x-www-form-urlencoded")
        headers.append("Origin", origin)
        let body = FormWriter.encoded(fields.map { ($0.name, $0.value) })
        return await send(
            EndpointRequest(method: "POST", path: path, headers: headers, body: .bytes(Array(body.utf8))), bench)
    }

    /// Follows a redirect within the server.
    func follow(_ shown: Shown, _ bench: AuthorizationBench) async -> Shown {
        guard let location = shown.location, location.hasPrefix("/") else { return shown }
        let parts = location.split(separator: "?", maxSplits: 1).map(String.init)
        return await get(parts[0], parts.count > 1 ? parts[1] : nil, bench)
    }

    func removeCookies() { cookies.withLock { $0 = [:] } }

    private func headers(sendsCookies: Bool = true) -> HeaderFields {
        let cookies = sendsCookies ? cookies.withLock { $0 } : [:]
        guard !cookies.isEmpty else { return [:] }
        return ["Cookie": cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ")]
    }

    private func send(_ request: EndpointRequest, _ bench: AuthorizationBench) async -> Shown {
        let response = await bench.routes.response(to: request)
        for field in response.headers.fields where field.name == "Set-Cookie" {
            let pair = field.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
            cookies.withLock { $0[pair[0]] = pair.count > 1 ? pair[1] : nil }
        }
        return Shown(response: response, page: bench.pages.page(response))
    }
}

/// A renderer that renders nothing, and keeps the pages for tests to look at.
final class RecordedPages: PageRenderer {
    private let shown = Mutex<[(page: Page, languages: [String])]>([])

    let languages = ["de", "en"]

    func html(_ page: Page, languages: [String]) -> [UInt8] {
        shown.withLock { shown in
            shown.append((page, languages))
            return Array("page \(shown.count - 1)".utf8)
        }
    }

    func asset(_ name: String) -> PageAsset? {
        name == "pages.css" ? PageAsset(contentType: "text/css", bytes: Array("a{}".utf8)) : nil
    }

    func page(_ response: EndpointResponse) -> Page.Content? { entry(response)?.page.content }
    func frame(_ response: EndpointResponse) -> Page.Frame? { entry(response)?.page.frame }
    func languages(_ response: EndpointResponse) -> [String]? { entry(response)?.languages }

    private func entry(_ response: EndpointResponse) -> (page: Page, languages: [String])? {
        let body = String(decoding: response.body, as: UTF8.self)
        guard response.contentType.hasPrefix("text/html"), body.hasPrefix("page "),
            let index = Int(body.dropFirst(5))
        else { return nil }
        return shown.withLock { $0.indices.contains(index) ? $0[index] : nil }
    }
}
