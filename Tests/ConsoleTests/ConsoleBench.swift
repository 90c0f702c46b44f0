import Administration
import Fetching
import Pages
import SQLite
import TestSupport
import Testing

@testable import Console
@testable import Server

/// A server with a console over a real store, with people of each group, and a manual clock.
struct ConsoleBench: Sendable {
    static let issuer = "https://as.example"
    static let password = "correct horse battery staple"

    let clock = TestClock()
    let store: SQLiteStore
    let urls: ServerURLs
    let address: ServerURLs
    let routes: Routes
    let console: Console
    let sessions: Sessions
    let figures: FigureSampler
    let checkup: Checkup
    let keys: ServerKeys
    let masterKey = MasterKey.generate()
    let settings: ServerSettings
    /// Resolves no name, so that nothing leaves the test.
    let keySetTests: KeySetTests
    let inspections: AssertionInspections

    /// Shared, because RSA keys take long to generate in a debug build.
    private static let serverKeys = Task {
        try await ServerKeys.load(
            from: try SQLiteStore(directory: TemporaryDirectory().path), masterKey: MasterKey.generate(),
            algorithm: .es256, at: TestClock.start)
    }

    /// - Parameters:
    ///   - address: of the console, if it has one of its own.
    ///   - pages: beside those of the console.
    ///   - people: names with their groups.
    ///   - totals: what the server has counted, in place of its own metrics.
    ///   - reader: of the documents of clients.
    ///   - change: changes settings.
    init(
        address: String? = nil, pages: [any ConsolePage] = [],
        people: [(name: String, groups: [String])] = [("ada", ["admin"]), ("vic", ["viewer"]), ("eve", ["staff"])],
        fetchPolicy: FetchPolicy = FetchPolicy(), resolver: any NameResolver = NoNames(),
        totals: (@Sendable () -> FigureTotals)? = nil, reader: any RemoteReader = NoNetwork(),
        settings change: (inout ServerSettings) -> Void = { _ in }
    ) async throws {
        let clock = clock
        store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { clock.now })
        keys = try await Self.serverKeys.value
        urls = try #require(ServerURLs(issuer: Self.issuer))
        self.address = try #require(address.map { ServerURLs(issuer: $0) } ?? Console.standardAddress(of: urls))
        var settings = ServerSettings()
        settings.signIn.passwordCost = try #require(PasswordCost(logarithm: 10))
        change(&settings)
        self.settings = settings
        let runtime = Runtime(clock: { clock.now })
        let client = try ConsoleClient(at: self.address, issuer: Self.issuer, at: clock.now)
        let issuer = Issuer(
            urls, settings, store: store, keys: keys, reader: reader, poster: NoNetwork(),
            pages: try TemplatePages(), builtInClient: client.builtIn, runtime)
        sessions = issuer.sessions
        keySetTests = KeySetTests(DocumentFetcher(fetchPolicy, resolver: resolver), clock: { clock.now })
        inspections = AssertionInspections(AssertionDebugger(store, settings, urls, builtIn: client.builtIn))
        let bounds = runtime.metrics.snapshot().tokenDurations.bounds
        figures =
            totals.map { FigureSampler(FigureLayout(bounds: bounds), runtime, source: $0) } ?? FigureSampler(runtime)
        checkup = Checkup(store, algorithm: .es256, clock: { clock.now }) { [store] in
            var diagnosis = Diagnosis()
            try await diagnosis.run(
                ClientChecks(serverValidity: .enforce, grace: .seconds(86_400), now: clock.now), on: store)
            return diagnosis
        }
        console = try Console(
            as: client, of: issuer, urls, settings, PageSettings(), keys: keys, masterKey: masterKey,
            store: store, keySetTests: keySetTests, inspections: inspections,
            version: "1.2.3", overview: OverviewSources(figures: figures, checkup: checkup),
            showing: Console.pages + pages, runtime)
        routes = issuer.routes.adding(console.routes)
        let hash = try await PasswordHasher(settings.signIn.passwordCost).hash(Self.password)
        for (name, groups) in people {
            try await store.users.add(
                UserRecord(name: name, groups: groups, passwordHash: hash, createdAt: TestClock.start))
        }
    }

    /// Returns a browser in which a person is signed in to the console.
    func browser(signedInAs name: String) async throws -> Browser {
        let browser = Browser(self)
        _ = try await browser.signIn(as: name)
        return browser
    }

    /// The number of the latest change in the log.
    func changeCount() async throws -> Int64 { try await store.changes.bounds().head.number }

    /// Changes a person.
    func change(_ name: String, _ change: @escaping @Sendable (inout UserRecord) -> Void) async throws {
        let user = try #require(try await store.users.user(named: name))
        _ = try await store.users.change(user.id) { user throws(Never) in
            var user = user
            change(&user)
            return user
        }
    }
}

/// A resolver that knows no name.
struct NoNames: NameResolver {
    func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress] { throw .notFound }
}

/// A reader and sender without a network.
struct NoNetwork: RemoteReader, FormPoster {
    func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> ReadResult {
        .failed(reason: "there is no network")
    }

    func post(_ form: [UInt8], to url: String) async -> PostResult { .answered(status: 200) }
}
