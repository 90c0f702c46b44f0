import AdminAPI
import Administration
import Console
import Fetching
import HTTP
import Logging
import Pages
import SQLite

/// The server as a process: store, keys, issuer and HTTP server.
struct RunningServer: Sendable {
    private let configuration: ServerConfiguration
    private let store: SQLiteStore
    private let keys: ServerKeys
    private let masterKey: MasterKey
    private let pages: TemplatePages
    private let log: ServerLog

    /// Opens the store and the keys, and creates them if they are missing.
    static func prepare(_ configuration: ServerConfiguration) async throws -> RunningServer {
        // First, so that a mistake in the TLS files or in the theme does not leave a data directory behind.
        try configuration.httpServer.tls?.check()
        let pages = try TemplatePages(configuration.pages)
        var storeSettings = SQLiteSettings()
        storeSettings.replay = configuration.replayLimits
        storeSettings.auditCapacity = configuration.auditCapacity
        let store = try SQLiteStore(
            directory: configuration.dataDirectory, settings: storeSettings, report: Terminal.warn)
        do {
            let masterKey =
                switch configuration.masterKey {
                case .key(let key): key
                case .file(let file): try file.loadOrCreate(report: Terminal.warn)
                }
            let keys = try await ServerKeys.load(
                from: store.acting(as: .server), masterKey: masterKey,
                algorithm: configuration.settings.accessTokens.signingAlgorithm,
                at: .now)
            return RunningServer(
                configuration: configuration, store: store, keys: keys, masterKey: masterKey, pages: pages,
                log: ServerLog(level: configuration.logLevel))
        } catch {
            await store.close()
            throw error
        }
    }

    /// Waits until all audit entries are written.
    func flushAudit() async {
        await store.audit.flush()
    }

    /// Serves until SIGTERM, SIGINT or the task's cancellation; then finishes the requests in progress and closes the store. SIGHUP
    /// reloads the TLS certificate.
    ///
    /// - Parameter onListening: called once, when the ports are bound.
    func run(onListening: (Listening) async -> Void) async throws {
        try await closing(store.close) {
            let httpServer = try await HTTPServer.bind(configuration.httpServer)
            warn(ofFewerConnections: httpServer)
            let urls = configuration.urls(port: httpServer.port)
            let consoleServer = try await bindConsole()
            let managementServer = try await bindManagement()
            let fetcher = DocumentFetcher(configuration.remoteDocuments)
            let runtime = Runtime(report: log.events.record)
            let client = try consoleClient(of: urls, port: consoleServer?.port, at: runtime.clock())
            let issuer = Issuer(
                urls, configuration.settings, store: store, keys: keys, reader: fetcher, poster: fetcher,
                pages: pages, builtInClient: client?.builtIn, runtime)
            let process = process(runtime)
            let figures = FigureSampler(runtime)
            let overview = OverviewSources(
                figures: figures,
                checkup: Checkup(
                    store, algorithm: configuration.settings.accessTokens.signingAlgorithm, clock: runtime.clock
                ) {
                    try await process.diagnosis(clock: runtime.clock).diagnosis
                })
            let keySetTests = KeySetTests(fetcher, clock: runtime.clock)
            let inspections = AssertionInspections(
                AssertionDebugger(store, configuration.settings, urls, builtIn: client?.builtIn))
            let console = try client.map { client in
                try Console(
                    as: client, of: issuer, urls, configuration.settings, configuration.pages, keys: keys,
                    masterKey: masterKey, store: store, keySetTests: keySetTests, inspections: inspections,
                    version: Countersign.configuration.version, overview: overview, runtime)
            }
            let consoleRoutes = console?.routes ?? []
            let routes = issuer.routes.adding(
                adminRoutes(urls, issuer, process, overview, keySetTests, inspections, client?.address, runtime)
                    + (consoleServer == nil ? consoleRoutes : []))
            let signals = await ProcessSignals()
            runtime.metrics.observe([
                ("public", httpServer), ("console", consoleServer), ("management", managementServer),
            ])
            let metricsURL = managementServer.flatMap { configuration.management?.url(port: $0.port) }
            await onListening(
                Listening(urls: urls, port: httpServer.port, console: console, metrics: metricsURL))
            await withTaskGroup { group in
                group.addTask { await httpServer.serve(routes) }
                if let consoleServer {
                    group.addTask {
                        await consoleServer.serve(Routes(consoleRoutes, counting: runtime.metrics.requests))
                    }
                }
                if let managementServer {
                    let metrics = Route(Route.read, "/metrics", MetricsEndpoint(runtime.metrics))
                    group.addTask { await managementServer.serve(Routes([metrics] + issuer.healthRoutes)) }
                }
                group.addTask { await issuer.run() }
                group.addTask { await figures.run(writingTo: store.figures) }
                group.addTask { await log.events.run() }
                let servers = [httpServer, consoleServer, managementServer].compactMap(\.self)
                group.addTask { await watchCertificate(of: servers) }
                group.addTask { await handleSignals(signals, servers) }
                // The first task to end stops the others.
                await group.next()
                group.cancelAll()
            }
            let claims = store.usage.claimsPerCommit
            log.logger.debug("wrote \(Int(claims.sum)) claims in \(claims.count) transactions")
        }
    }

    private func process(_ runtime: Runtime) -> ServerProcess {
        ServerProcess(
            masterKey: masterKey, keys: keys, settings: configuration.effectiveSettings,
            passwordHasher: configuration.settings.signIn.passwordHasher
        ) { [configuration, store] in
            var diagnosis = Diagnosis(ofSurroundings: configuration, directory: configuration.dataDirectory)
            try await diagnosis.check(
                store, configuration, directory: configuration.dataDirectory, at: runtime.clock())
            return diagnosis
        }
    }

    /// The routes of the admin API, if it is enabled.
    ///
    /// - Parameter console: the console's address; `nil` without one.
    private func adminRoutes(
        _ urls: ServerURLs, _ issuer: Issuer, _ process: ServerProcess, _ overview: OverviewSources,
        _ keySetTests: KeySetTests, _ inspections: AssertionInspections, _ console: ServerURLs?, _ runtime: Runtime
    ) -> [Route] {
        guard configuration.settings.servesAdminAPI else { return [] }
        let services = AdminServices(
            urls: urls, settings: configuration.settings, process: process, overview: overview,
            keySetTests: keySetTests, inspections: inspections,
            calendarURL: console.map(Console.calendarURLs), runtime)
        return AdminAPI(services, tokens: issuer.accessTokens, store: store).routes
    }

    /// What listens.
    struct Listening: Sendable {
        let urls: ServerURLs
        let port: Int
        let console: Console?
        /// The URL of the metrics; `nil` if there are none.
        let metrics: String?
    }

    /// Takes the management port. The default one may be taken by another server; the metrics of this one are not read then.
    private func bindManagement() async throws -> HTTPServer? {
        guard let management = configuration.management else { return nil }
        do {
            return try await HTTPServer.bind(management.server)
        } catch let error as ListenError {
            guard management.isGiven else {
                Terminal.warn("\(error.message) Metrics are off until another address is set at management.listen.")
                return nil
            }
            throw CommandFailure("\(error.phraseWithRemedy), or choose another address at management.listen.")
        }
    }

    /// Takes the port of the console, if it has an address of its own.
    private func bindConsole() async throws -> HTTPServer? {
        guard let server = configuration.consoleServer else { return nil }
        do {
            return try await HTTPServer.bind(server)
        } catch let error as ListenError {
            throw CommandFailure(
                "\(error.phraseWithRemedy), or choose another address for the console at console.listen.")
        }
    }

    /// - Parameter port: of the console's own address.
    private func consoleClient(of urls: ServerURLs, port: Int?, at now: UnixTime) throws -> ConsoleClient? {
        guard
            let address = configuration.console?.address(
                of: urls, port: port, isSecure: configuration.httpServer.tls != nil)
        else { return nil }
        return try ConsoleClient(at: address, issuer: urls.issuer, at: now)
    }

    /// Handles signals; returns when the server must stop.
    private func handleSignals(_ signals: ProcessSignals, _ servers: [HTTPServer]) async {
        for await request in signals.requests {
            switch request {
            case .terminate: return
            case .reload: reloadCertificate(of: servers, always: true)
            }
        }
    }

    /// The interval between checks of the TLS certificate files for changes.
    private static let certificateInterval: Duration = .seconds(2)

    private func watchCertificate(of servers: [HTTPServer]) async {
        while (try? await Task.sleep(for: Self.certificateInterval)) != nil {
            reloadCertificate(of: servers, always: false)
        }
    }

    /// - Parameter servers: all have the same certificate.
    private func reloadCertificate(of servers: [HTTPServer], always: Bool) {
        do throws(TLSFilesError) {
            var isReloaded = false
            for server in servers where try server.reloadCertificate(always: always) { isReloaded = true }
            guard isReloaded else { return }
            log.events.record(.tlsCertificateReloaded)
        } catch {
            log.events.record(.tlsCertificateNotReloaded(error.messageWithRemedy))
        }
    }

    private func warn(ofFewerConnections httpServer: HTTPServer) {
        let wanted = configuration.httpServer.limits.maximumConnections
        guard httpServer.maximumConnections < wanted else { return }
        log.logger.warning(
            """
            maximum_connections is \(httpServer.maximumConnections) and not \(wanted): the process may open only \
            \(DescriptorLimit.current?.soft ?? 0) files. Raise the hard limit of open files (LimitNOFILE in systemd, ulimit -Hn).
            """)
    }
}
