import Countersign

/// A person in front of a browser.
struct Person: Sendable {
    /// What they do when a page asks them.
    enum Answer: Sendable {
        case allow
        case deny
        /// They press *Cancel* where they should sign in.
        case cancel
    }

    var name = Person.alice
    var password = Person.password
    var answer = Answer.allow

    static let alice = "alice"
    static let password = "correct horse battery staple"

    /// Every standard claim (OpenID Connect Core §5.1) that is not `sub` or `updated_at`.
    static let claims: JSONObject = [
        "name": "Alice Nováková", "given_name": "Alice", "family_name": "Nováková", "middle_name": "Marie",
        "nickname": "Ali", "preferred_username": "alice", "profile": "https://people.example/alice",
        "picture": "https://people.example/alice.png", "website": "https://alice.example", "gender": "female",
        "birthdate": "1990-04-01", "zoneinfo": "Europe/Prague", "locale": "cs-CZ", "email": "alice@people.example",
        "email_verified": .boolean(true), "phone_number": "+420 555 010 203", "phone_number_verified": .boolean(true),
        "address": .object([
            "formatted": "Dlouhá 1\n110 00 Praha\nCzechia", "street_address": "Dlouhá 1", "locality": "Praha",
            "postal_code": "110 00", "country": "Czechia",
        ]),
    ]

    /// Opens a URL and answers every page until the client is reached, or a page that asks nothing.
    func walk(_ browser: Browser, to url: String) async throws -> Landing {
        try await walkOn(browser, from: try await browser.open(url))
    }

    /// Answers the page and those that follow.
    ///
    /// - Parameter think: called while a page is shown, before its answer is sent.
    func walkOn(
        _ browser: Browser, from landing: Landing, thinking think: () throws -> Void = {}
    ) async throws -> Landing {
        var landing = landing
        for _ in 0..<5 {
            guard case .page(let page) = landing else { return landing }
            try think()
            guard let next = try await act(browser, on: page) else { return landing }
            landing = next
        }
        throw TestFailure("more than five pages, the last: \(try landing.page.text)")
    }

    private func act(_ browser: Browser, on page: WebPage) async throws -> Landing? {
        switch page.kind {
        case .signIn:
            guard let form = page.forms.first(where: { $0.passwordField != nil }), let field = form.passwordField else {
                return nil
            }
            if answer == .cancel {
                guard let cancel = form.button("answer", "deny") else {
                    throw TestFailure("no way to cancel: \(page.text)")
                }
                return try await browser.submit(page, form, cancel)
            }
            var values = [field.name: password]
            if let user = form.nameField { values[user.name] = name }
            let next = try await browser.signIn(page, form, filling: values)
            if case .page(let again) = next, again.kind == .signIn {
                throw TestFailure("the sign-in was refused: \(again.status) \(again.text)")
            }
            return next
        case .consent:
            let value = answer == .allow ? "allow" : "deny"
            for form in page.forms {
                guard let button = form.button("answer", value) else { continue }
                return try await browser.submit(page, form, button)
            }
            throw TestFailure("no button to \(value): \(page.text)")
        case .signOut:
            for form in page.forms {
                guard let button = form.button("answer", "sign_out") else { continue }
                return try await browser.submit(page, form, button)
            }
            return nil
        case .formPost, .other: return nil
        }
    }
}
