/// `GET /errors/{code}`: the meaning and remedy of an error, as HTML for browsers and as Markdown for other callers.
struct ErrorPageEndpoint: Endpoint {
    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let code = request.parameters["code"] ?? ""
        guard code.utf8.count <= 64, let markdown = ErrorPage.markdown(for: code) else {
            return EndpointResponse(
                status: 404, headers: .uncached, contentType: "text/plain; charset=utf-8",
                body: Array("There is no page for this code.\n".utf8))
        }
        guard request.headers["Accept"]?.contains("text/html") == true else {
            return EndpointResponse(
                status: 200, headers: .cacheable, contentType: "text/markdown; charset=utf-8", body: markdown)
        }
        let html = HTMLPage(markdown: String(decoding: markdown, as: UTF8.self), title: code)
        var headers = HeaderFields.cacheable
        headers.append("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        return EndpointResponse(
            status: 200, headers: headers, contentType: "text/html; charset=utf-8", body: Array(html.text.utf8))
    }
}
