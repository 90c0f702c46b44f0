import Server

/// Pages with every value that they can show.
enum Samples {
    static let now = UnixTime(seconds: 1_764_080_000)
    static let frame = Page.Frame(
        path: "/tenant", host: "auth.northwind.example", link: "/tenant/oauth2/authorize?ticket=abc&ui_locales=fr")

    /// All pages, in which all free texts are `text` and all addresses `url`, each a variant with a name for messages and files.
    static func pages(
        text: String = "Wayfarer", url: String = "https://agents.wayfarer.example/"
    ) -> [(
        name: String, page: Page
    )] {
        contents(text, url).map { ($0, Page($0 == "sign-out" ? Page.Frame(path: "", host: text) : frame, $1)) }
    }

    private static func contents(_ text: String, _ url: String) -> [(String, Page.Content)] {
        let client = client(text, url)
        let hidden = [HiddenField("ticket", text), HiddenField("csrf", "f7c0"), HiddenField(text, "value")]
        func signIn(_ failure: SignInPage.Failure?, name: String? = nil, again: String? = nil) -> Page.Content {
            .signIn(
                SignInPage(
                    client: client, action: "/oauth2/authorize", hidden: hidden, name: name, failure: failure,
                    signedInAs: again)
            )
        }
        func consent(_ scopes: [String], _ resources: [String] = []) -> Page.Content {
            .consent(
                ConsentPage(
                    client: client, action: "/oauth2/authorize", hidden: hidden, person: text,
                    switchAccount: "/oauth2/authorize?switch=1", scopes: scopes, resources: resources))
        }
        func refusal(_ cause: RefusalPage.Cause, reference: String? = "V4TN8KQZ", client: String? = nil) -> Page.Content
        {
            .refusal(
                RefusalPage(cause: cause, detail: text, code: "invalid_request", reference: reference, client: client))
        }
        let everything = ["openid", "profile", "email", "address", "phone", "offline_access", "journeys.read", text]
        return [
            ("signin", signIn(nil)),
            (
                "signin-account",
                .signIn(SignInPage(client: nil, action: "/account", hidden: hidden, canCancel: false))
            ),
            (
                "signin-self-described",
                .signIn(
                    SignInPage(client: selfDescribed(text, host: text), action: "/oauth2/authorize", hidden: hidden))
            ),
            (
                "consent-self-described",
                .consent(
                    ConsentPage(
                        client: selfDescribed(text, host: nil), action: "/oauth2/authorize", hidden: hidden,
                        person: text,
                        switchAccount: "/oauth2/authorize?switch=1", scopes: ["openid"]))
            ),
            (
                "signin-self-described-without-name",
                .signIn(
                    SignInPage(
                        client: selfDescribed(text, host: text, isNamed: false), action: "/oauth2/authorize",
                        hidden: hidden))
            ),
            ("signin-again", signIn(nil, name: text, again: text)),
            ("signin-wrong", signIn(.wrongNameOrPassword, name: text)),
            ("signin-too-many", signIn(.tooManyAttempts(wait: .seconds(61)), name: text)),
            ("signin-busy", signIn(.busy, name: text)), ("signin-expired", signIn(.expired)),
            ("consent", consent(["openid", "profile", "email"])),
            ("consent-everything", consent(everything, [url, text])), ("consent-nothing", consent([])),
            ("consent-resource", consent(["openid"], [url])),
            ("refusal-application", refusal(.application, client: text)),
            ("refusal-unknown-client", refusal(.application)), ("refusal-browser", refusal(.browser, reference: nil)),
            ("refusal-form", refusal(.form)), ("refusal-form-address", refusal(.formAddress, reference: nil)),
            ("refusal-server", refusal(.server)),
            ("form-post", .formPost(FormPostPage(action: url, fields: hidden, client: text))),
            ("sign-out", .signOut(SignOutPage(action: "/oidc/logout", hidden: hidden, person: text, client: text))),
            (
                "sign-out-alone",
                .signOut(SignOutPage(action: "/oidc/logout", hidden: hidden, person: text, client: nil))
            ),
            ("signed-out", .signedOut(reference: nil)), ("signed-out-reference", .signedOut(reference: text)),
            ("account", account(text, client, hidden, notice: nil)),
            ("account-empty", emptyAccount(text)),
        ] + notices(text).map { ("account-notice-\($0)", account(text, client, hidden, notice: $1)) }
    }

    private static func notices(_ text: String) -> [(String, AccountPage.Notice)] {
        [
            ("session", .sessionEnded), ("sessions", .otherSessionsEnded),
            ("access", .accessEnded(client: text, isTrusted: false)),
            ("access-trusted", .accessEnded(client: text, isTrusted: true)),
            ("password", .passwordChanged), ("wrong", .wrongPassword), ("short", .weakPassword(.tooShort(minimum: 12))),
            ("long", .weakPassword(.tooLong(maximum: 1024))), ("common", .weakPassword(.common)),
            ("name", .weakPassword(.containsName)), ("wait", .tooManyAttempts(wait: .seconds(1))),
        ]
    }

    private static func selfDescribed(
        _ text: String, host: String?, isNamed: Bool = true
    ) -> ClientPresentation {
        ClientPresentation(
            name: text, id: "https://agents.wayfarer.example/client", returnsTo: "https://agents.wayfarer.example/cb",
            selfDescription: ClientPresentation.SelfDescription(name: isNamed ? text : nil, returnHost: host))
    }

    private static func client(_ text: String, _ url: String) -> ClientPresentation {
        ClientPresentation(
            name: text, id: text, website: url, logo: ClientLogo("https://agents.wayfarer.example/logo.svg?a=1&b=2"),
            privacyPolicy: url, termsOfService: url, returnsTo: url)
    }

    private static func account(
        _ text: String, _ client: ClientPresentation, _ hidden: [HiddenField], notice: AccountPage.Notice?
    ) -> Page.Content {
        func session(_ id: String, _ agent: String, ago: Duration, isCurrent: Bool = false) -> AccountPage.Session {
            AccountPage.Session(
                id: id, isCurrent: isCurrent, agent: agent, address: "10.20.1.88", signedInAt: now - ago,
                lastUsedAt: now - .seconds(90), methods: isCurrent ? ["pwd"] : [])
        }
        return .account(
            AccountPage(
                action: "/account", hidden: hidden, name: text, email: "ines.halvorsen@northwind.example",
                isEmailVerified: true, passwordChangedAt: now - .seconds(400 * 86_400),
                sessions: [
                    session(
                        "s1", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                        ago: .seconds(7200), isCurrent: true),
                    session("s2", text, ago: .seconds(3 * 86_400)),
                ],
                accesses: [
                    AccountPage.Access(
                        client: client, isTrusted: false, isAllowed: true,
                        scopes: ["openid", "email", "journeys.read", text], since: now - .seconds(86_400),
                        lastUse: now),
                    AccountPage.Access(
                        client: client, isTrusted: true, isAllowed: false, scopes: ["openid"], resources: [text],
                        since: now - .seconds(400 * 86_400), lastUse: now - .seconds(7200)),
                ], hasMoreAccess: true, notice: notice, now: now))
    }

    private static func emptyAccount(_ text: String) -> Page.Content {
        .account(
            AccountPage(
                action: "/account", hidden: [], name: text, email: nil, isEmailVerified: false, passwordChangedAt: nil,
                sessions: [], accesses: [], now: now))
    }
}
