import Administration
import Pages

/// The web console: pages on which administrators see and change what the server keeps, below an address of their own.
///
/// It signs people in as any client of the server does (docs/decisions/0056-console.md): with the authorization code flow, an assertion of
/// its own key, and an ID token. What a person may do is read from the store at each request.
package struct Console: Sendable {
    /// Everything below the console's address.
    package let routes: [Route]
    private let setup: SetupLink

    /// The address of a console that has none of its own.
    package static func standardAddress(of urls: ServerURLs) -> ServerURLs? {
        ServerURLs(issuer: urls.issuer + "/console")
    }

    /// - Parameters:
    ///   - issuer: knows `client`.
    ///   - client: the console's identity, at the console's address.
    ///   - masterKey: of the server, for new server keys.
    ///   - version: of Countersign, for the foot of the pages.
    ///   - overview: what the first page shows.
    /// - Throws: `ThemeError` if a template is broken.
    package init(
        as client: ConsoleClient, of issuer: Issuer, _ urls: ServerURLs, _ settings: ServerSettings,
        _ pages: PageSettings, keys: ServerKeys, masterKey: MasterKey, store: any Store,
        keySetTests: KeySetTests, inspections: AssertionInspections, version: String, overview: OverviewSources,
        _ runtime: Runtime
    ) throws(ThemeError) {
        try self.init(
            as: client, of: issuer, urls, settings, pages, keys: keys, masterKey: masterKey, store: store,
            keySetTests: keySetTests, inspections: inspections, version: version, overview: overview,
            showing: Self.pages, runtime)
    }

    /// - Parameter contents: the pages for people who are signed in.
    init(
        as client: ConsoleClient, of issuer: Issuer, _ urls: ServerURLs, _ settings: ServerSettings,
        _ pages: PageSettings, keys: ServerKeys, masterKey: MasterKey, store: any Store,
        keySetTests: KeySetTests, inspections: AssertionInspections, version: String, overview: OverviewSources,
        showing contents: [any ConsolePage],
        _ runtime: Runtime
    ) throws(ThemeError) {
        let address = client.address
        let renderer = try ConsoleRenderer(at: address, of: urls, pages, version: version)
        let sessions = ConsoleSessions(
            at: address, store: store, sessions: issuer.sessions, settings.sessions, keys: keys.sealing, runtime)
        let protection = FormProtection(address, keys: keys.sealing)
        let signIn = SignInFlow(
            client: client, urls: urls, keys: keys, tokenEndpoint: issuer.routes, sessions: sessions, store: store,
            runtime: runtime)
        let services = ConsoleServices(
            address: address, urls: urls, store: store, settings: settings, renderer: renderer, sessions: sessions,
            signIn: signIn, protection: protection, keySetTests: keySetTests, inspections: inspections, keys: keys,
            masterKey: masterKey, overview: overview, runtime: runtime)
        let liveParts: [any LivePart] = [LiveOverview(overview, renderer), LiveRefusals(renderer)]
        setup = SetupLink(at: address, store: store)
        routes =
            contents.map { page in
                Route(
                    page.takesForms ? ["GET", "HEAD", "POST"] : Route.read,
                    page.path.isEmpty && address.path.isEmpty ? "/" : address.path + page.path,
                    PageEndpoint(page: page, services: services))
            }
            + liveParts.map {
                Route(Route.read, address.path + $0.path, LiveEndpoint(part: $0, services: services))
            } + [
                Route(Route.read, address.path + SignInFlow.callbackPath, CallbackEndpoint(services: services)),
                Route(
                    Route.read, address.path + OtherAccountEndpoint.path, OtherAccountEndpoint(services: services)),
                Route(
                    ["GET", "HEAD", "POST"], address.path + SignOutEndpoint.path, SignOutEndpoint(services: services)),
                Route(Route.read, address.path + SignInEndEndpoint.path, SignInEndEndpoint(services: services)),
                Route(
                    ["GET", "HEAD", "POST"], address.path + SetupLink.path,
                    SetupEndpoint(services: services, link: setup)),
                Route(Route.read, address.path + "/assets/{name}", AssetEndpoint(renderer.asset)),
                Route(
                    Route.read, address.path + CalendarFeedEndpoint.path,
                    CalendarFeedEndpoint(store: store, settings: settings, issuer: urls.issuer, runtime)),
                Route(
                    ["GET", "HEAD", "POST"], address.path + "/{path*}", UnknownPageEndpoint(services: services)),
            ]
    }

    /// All pages for people who are signed in.
    static let pages: [any ConsolePage] = [
        OverviewPage(), ClientListPage(), RegisterClientPage(), ClientPage(), EditClientPage(), ClientKeysPage(),
        AddKeyPage(), EndKeyPage(),
        EnableClientPage(), KeySetTestPage(),
        ClientSecretsPage(), RemoveClientPage(), RefusalsPage(), RefusalPage(), KeyStorePage(), ImportPage(),
        EntryPage(), CertificateDownload(format: .pem), CertificateDownload(format: .der), DeleteEntryPage(),
        AuditPage(), ChangePage(), UndoChangePage(), PeoplePage(), AddPersonPage(), PersonPage(), EditPersonPage(),
        SetPasswordPage(), EndPersonPage(end: .enable), EndPersonPage(end: .disable), EndPersonPage(end: .remove),
        ResourcesPage(),
        AddResourcePage(), ResourcePage(), EditResourcePage(), RemoveResourcePage(), RegistrationTokensPage(),
        AddRegistrationTokenPage(), RevokeTokenPage(), ServerKeysPage(), RotateKeysPage(), WithdrawKeyPage(),
        CalendarPage(), CalendarFeedPage(), AssertionDebuggerPage(), ConfirmationPage(),
    ]

    /// Returns the URL of each secret of a calendar address.
    ///
    /// - Parameter address: the console's.
    package static func calendarURLs(below address: ServerURLs) -> @Sendable (_ secret: String) -> String {
        { CalendarFeedEndpoint.url($0, below: address) }
    }

    /// Returns the address at which the first administrator can be made, once and within an hour; `nil` if there is one.
    package func setupURL(at now: UnixTime) async throws(StoreError) -> String? {
        try await setup.issue(at: now)
    }
}

/// What the pages of the console share.
struct ConsoleServices: Sendable {
    /// Of the console.
    let address: ServerURLs
    /// Of the server.
    let urls: ServerURLs
    let store: any Store
    let settings: ServerSettings
    let renderer: ConsoleRenderer
    let sessions: ConsoleSessions
    let signIn: SignInFlow
    let protection: FormProtection
    let keySetTests: KeySetTests
    /// Of this console alone.
    let checkedFiles = CheckedFiles()
    let inspections: AssertionInspections
    /// Those that the server signs with.
    let keys: ServerKeys
    /// For new keys.
    let masterKey: MasterKey
    let overview: OverviewSources
    let runtime: Runtime
}
