/// `GET /errors/CODE`: what a code means and what to do, as HTML for a browser and as Markdown for others.
package struct ErrorPageEndpoint: Endpoint {
    /// The path below which the pages are.
    package static let prefix = "/errors/"

    /// Makes the endpoint.
    package init() {}

    /// The methods this endpoint answers.
    package var methods: [String] { ["GET", "HEAD"] }

    /// Answers one request.
    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        let code = request.path.split(separator: "/").last.map(String.init) ?? ""
        guard code.utf8.count <= 64, let markdown = ErrorPage.markdown(for: code) else {
            return EndpointResponse(
                status: 404, headers: [.noStore], contentType: "text/plain; charset=utf-8",
                body: Array("There is no page for this code.\n".utf8))
        }
        guard request.accept?.contains("text/html") == true else {
            return EndpointResponse(
                status: 200, headers: [.cacheable], contentType: "text/markdown; charset=utf-8", body: markdown)
        }
        let html = HTMLPage(markdown: String(decoding: markdown, as: UTF8.self), title: code)
        return EndpointResponse(
            status: 200,
            headers: [.cacheable, .init("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")],
            contentType: "text/html; charset=utf-8", body: Array(html.text.utf8))
    }
}
