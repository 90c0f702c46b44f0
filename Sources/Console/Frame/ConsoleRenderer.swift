import Pages

/// The renderer of the console's pages: templates in the console's frame, with the header fields that protect them.
struct ConsoleRenderer: Sendable {
    private let address: ServerURLs
    private let urls: ServerURLs
    private let settings: PageSettings
    private let version: String
    private let library: TemplateLibrary

    init(at address: ServerURLs, of urls: ServerURLs, _ settings: PageSettings, version: String) throws(ThemeError) {
        self.address = address
        self.urls = urls
        self.settings = settings
        self.version = version
        library = try TemplateLibrary(
            brand: settings.name, templates: Self.templates,
            assets: [
                "console.css": PackageResources.console_css, "console.js": PackageResources.console_js,
                "session.js": PackageResources.session_js,
            ],
            assetPath: address.path + "/assets")
    }

    private static let templates = [
        "console": PackageResources.console_mustache, "icons": PackageResources.icons_mustache,
        "time": PackageResources.time_mustache, "overview": PackageResources.overview_mustache,
        "overview_lead": PackageResources.overview_lead_mustache,
        "overview_health": PackageResources.overview_health_mustache,
        "overview_attention": PackageResources.overview_attention_mustache,
        "chart": PackageResources.chart_mustache, "live": PackageResources.live_mustache,
        "message": PackageResources.message_mustache, "sheet": PackageResources.sheet_mustache,
        "setup": PackageResources.setup_mustache, "keystore": PackageResources.keystore_mustache,
        "keystore-entry": PackageResources.keystore_entry_mustache,
        "keystore-import": PackageResources.keystore_import_mustache,
        "keystore-delete": PackageResources.keystore_delete_mustache, "serves": PackageResources.serves_mustache,
        "refusals": PackageResources.refusals_mustache, "refusal": PackageResources.refusal_mustache,
        "refusalrow": PackageResources.refusalrow_mustache, "rules": PackageResources.rules_mustache,
        "members": PackageResources.members_mustache, "debugger": PackageResources.debugger_mustache,
        "summary": PackageResources.summary_mustache, "conflict": PackageResources.conflict_mustache,
        "field": PackageResources.field_mustache, "fields": PackageResources.fields_mustache,
        "confirm": PackageResources.confirm_mustache, "clients": PackageResources.clients_mustache,
        "client": PackageResources.client_mustache, "client_keys": PackageResources.client_keys_mustache,
        "keysources": PackageResources.keysources_mustache,
        "key_set_test": PackageResources.key_set_test_mustache,
        "register_client": PackageResources.register_client_mustache,
        "badge": PackageResources.badge_mustache, "cell": PackageResources.cell_mustache,
        "table": PackageResources.table_mustache, "list": PackageResources.list_mustache,
        "warnings": PackageResources.warnings_mustache, "form": PackageResources.form_mustache,
        "formbody": PackageResources.formbody_mustache, "difference": PackageResources.difference_mustache,
        "change": PackageResources.change_mustache, "undo": PackageResources.undo_mustache,
        "person": PackageResources.person_mustache, "resource": PackageResources.resource_mustache,
        "secret_shown": PackageResources.secret_shown_mustache,
        "made_before": PackageResources.made_before_mustache,
        "review_client": PackageResources.review_client_mustache, "add_key": PackageResources.add_key_mustache,
        "secrets": PackageResources.secrets_mustache, "kept": PackageResources.kept_mustache,
        "calendar": PackageResources.calendar_mustache,
        "calendar-address": PackageResources.calendar_address_mustache,
    ]

    var asset: @Sendable (String) -> PageAsset? { { [library] in library.asset($0) } }

    /// A page in the frame of the console.
    ///
    /// - Parameters:
    ///   - notice: what was just done.
    ///   - key: the hidden field of all forms of the page.
    ///   - deadline: until when its form is accepted without another sign-in, if it is sensitive.
    func page(
        _ content: any ConsoleContent, to visit: Visit, status: Int = 200, notice: String? = nil, key: HiddenField,
        until deadline: UnixTime? = nil, cookies: [String] = []
    ) -> EndpointResponse {
        let (head, base) = (content.head, address.path)
        var context: [String: Any] = [
            "title": head.title, "home": base.isEmpty ? "/" : base, "base": base,
            "host": ShownText.of(urls.host), "account": urls.issuer + "/account",
            "you": ShownText.of(visit.person.user.displayName), "role": visit.person.role,
            "sign_out": base + SignOutEndpoint.path, "may_change": visit.person.mayChange,
            "is_told_whom_to_ask": head.offersChanges && !visit.person.mayChange,
            "navigation": Navigation.context(at: visit.path, below: base),
            "crumbs": head.crumbs.map { ["title": ShownText.of($0.title), "link": base + $0.path] },
            "has_crumbs": !head.crumbs.isEmpty, "hidden": [["name": key.name, "value": key.value]],
            "is_error": status >= 400 && !(content is FailurePage),
            "idle_minutes": ConsoleSessions.idleLimit.milliseconds / 60_000,
            "sign_in_end": base + SignInEndEndpoint.path, "sign_in_left": visit.person.end.left(at: visit.now),
            "has_commands": !head.commands.isEmpty,
            "commands": head.commands.joined(separator: "\n"), "version": version,
        ]
        context["key"] = head.key.map { ShownText.of($0, limit: 255) }
        if !head.lead.isEmpty { context["lead"] = head.lead }
        context["notice"] = notice
        context["deadline"] = deadline.map { ["text": ShownTime.clock($0, withSeconds: false)] }
        context["help"] = settings.helpURL
        return response(html(content, in: context), status: status, cookies: cookies)
    }

    /// What a page with a list has less than, in bytes.
    static let maximumLength = 50_000

    private func html(_ content: any ConsoleContent, in frame: [String: Any]) -> [UInt8] {
        let html = library.html(type(of: content).template, frame.merging(content.context) { frame, _ in frame })
        guard html.count >= Self.maximumLength, let list = content as? any ListedContent, list.rowCount > 1 else {
            return html
        }
        // What is around the rows stays as long as it is, so that this may take a few steps.
        let count = min(list.rowCount - 1, list.rowCount * Self.maximumLength / html.count)
        return self.html(list.keeping(max(1, count)), in: frame)
    }

    /// A part of a page, as the page itself renders it.
    func part(_ template: String, _ context: [String: Any]) -> String {
        String(decoding: library.html(template, context), as: UTF8.self)
    }

    /// A page of its own, without the frame: for people who are not signed in, or may not open the console.
    func sheet(
        _ template: String = "sheet", _ context: [String: Any], status: Int, cookies: [String] = []
    ) -> EndpointResponse {
        var frame: [String: Any] = ["host": ShownText.of(urls.host)]
        frame["help"] = settings.helpURL
        frame["privacy"] = settings.privacyURL
        return response(library.html(template, frame.merging(context) { $1 }), status: status, cookies: cookies)
    }

    /// Nothing inline and nothing from elsewhere, and no frame of another page (*clickjacking*). `Referrer-Policy` is `same-origin`,
    /// because with `no-referrer` the forms would arrive without their `Origin` (Fetch §3.2).
    static let headers: HeaderFields = [
        "Content-Security-Policy":
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cache-Control": "no-store",
    ]

    private func response(_ html: [UInt8], status: Int, cookies: [String]) -> EndpointResponse {
        var response = EndpointResponse(
            status: status, headers: Self.headers, contentType: "text/html; charset=utf-8", body: html)
        for cookie in cookies { response.headers.append("Set-Cookie", cookie) }
        return response
    }
}
