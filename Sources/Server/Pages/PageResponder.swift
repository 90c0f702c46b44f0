/// The responses with pages that people see. The header fields that protect them are in this one place.
package struct PageResponder: Sendable {
    private let renderer: any PageRenderer
    private let urls: ServerURLs

    package init(_ renderer: any PageRenderer, _ urls: ServerURLs) {
        self.renderer = renderer
        self.urls = urls
    }

    /// Renders a page in the languages of a request.
    ///
    /// - Parameters:
    ///   - locales: `ui_locales`, whose languages come before the browser's.
    ///   - link: the path and query of the same page, for `ui_locales=…` to be appended; `nil` if it answers a POST.
    ///   - destinations: the redirect URIs that the page's forms lead to, directly or by a redirect.
    ///   - cookies: the values of `Set-Cookie`.
    package func response(
        _ content: Page.Content, to request: EndpointRequest, status: Int = 200, locales: String? = nil,
        link: String? = nil, leadingTo destinations: [String] = [], cookies: [String] = []
    ) -> EndpointResponse {
        let page = Page(Page.Frame(path: urls.path, host: urls.host, link: link), content)
        let languages = PreferredLanguages.list(uiLocales: locales, acceptLanguage: request.headers["Accept-Language"])
        var response = EndpointResponse(
            status: status, headers: Self.headers(leadingTo: destinations, showing: content.logo),
            contentType: "text/html; charset=utf-8",
            body: renderer.html(page, languages: languages))
        for cookie in cookies { response.headers.append("Set-Cookie", cookie) }
        return response
    }

    /// Pages have neither inline scripts nor inline styles, load nothing from elsewhere but the client's logo, and cannot be framed (clickjacking, RFC 9700 §4.16).
    /// Their forms arrive with an `Origin`, which `no-referrer` would make `null` (Fetch §3.2), so that policy is not used.
    /// Browsers apply `form-action` to the redirect after a form as well, so the schemes of the destinations are listed.
    package static func headers(
        leadingTo destinations: [String] = [], showing logo: ClientLogo? = nil
    ) -> HeaderFields {
        let schemes = destinations.compactMap(RedirectURIParts.policySource)
        // An application on the person's machine may send them on to a website.
        let sources = ["'self'"] + (schemes.isEmpty || schemes.contains("https:") ? schemes : schemes + ["https:"])
        let images = ["'self'"] + (logo.map { [$0.source] } ?? [])
        let policy = [
            "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src \(images.joined(separator: " "))",
            "form-action \(sources.joined(separator: " "))", "frame-ancestors 'none'", "base-uri 'none'",
        ]
        return [
            "Content-Security-Policy": policy.joined(separator: "; "), "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
        ]
    }

    /// Answers with a redirect by GET, whatever the request's method was: 303, so that no browser sends a password on (RFC 9700 §4.12).
    package static func redirect(to uri: String, cookies: [String] = []) -> EndpointResponse {
        var headers: HeaderFields = [
            "Location": uri, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
        ]
        for cookie in cookies { headers.append("Set-Cookie", cookie) }
        return EndpointResponse(status: 303, headers: headers, contentType: "text/plain; charset=utf-8", body: [])
    }
}
