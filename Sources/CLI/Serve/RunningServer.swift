import Countersign
import CountersignHTTP
import CountersignKeys
import CountersignServer
import CountersignStore
import CountersignStoreSQLite
import Logging
import ServiceLifecycle

/// A server with everything it needs: its store, its keys, its endpoints, its HTTP front.
struct RunningServer: Sendable {
    private let configuration: ServerConfiguration
    private let store: SQLiteStore
    private let keys: ServerKeys
    private let log: ServerLog

    /// Opens the store and the keys; makes them where there are none.
    static func prepare(_ configuration: ServerConfiguration) async throws -> RunningServer {
        // Before anything is made: a mistake in the files must not leave a data directory behind.
        try configuration.front.tls?.check()
        let store = try SQLiteStore(directory: configuration.dataDirectory)
        do {
            let masterKey =
                switch configuration.masterKey {
                case .key(let key): key
                case .file(let file): try file.loadOrCreate()
                }
            let keys = try await ServerKeys.load(
                from: store, masterKey: masterKey, algorithm: configuration.tokenAlgorithm, at: .now)
            return RunningServer(
                configuration: configuration, store: store, keys: keys, log: ServerLog(level: configuration.logLevel))
        } catch {
            await store.close()
            throw error
        }
    }

    /// Waits until what was refused so far can be explained.
    func flushAudit() async {
        await store.flushAudit()
    }

    /// Serves until SIGTERM, SIGINT or the task's cancellation ends it; then what is under way is finished and the store closed.
    ///
    /// - Parameter onListening: called once, with the settings as they are now that the port is known.
    func run(onListening: @escaping @Sendable (ServerSettings, _ port: Int) async -> Void) async throws {
        let (servers, started) = AsyncStream.makeStream(of: AuthorizationServer<SQLiteStore>.self)
        do {
            let front = try HTTPServer(configuration.front, logger: log.logger) {
                [configuration, store, keys, log] port in
                let settings = configuration.settings(port: port)
                let server = AuthorizationServer(
                    settings: settings, store: store, keys: keys,
                    reader: GuardedReader(DocumentFetcher(configuration.remoteDocuments)), clock: { .now },
                    report: log.write)
                started.yield(server)
                await onListening(settings, port)
                return Routes(server.endpoints, below: server.endpointsBelow)
            }
            var group = ServiceGroupConfiguration(
                services: [.init(service: front), .init(service: Housekeeping(servers: servers))],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: ServerLog.silent)
            group.maximumGracefulShutdownDuration = configuration.front.requestTimeout + .seconds(5)
            try await ServiceGroup(configuration: group).run()
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}

/// What a server does beside answering: it notices changes and clears away what has expired.
private struct Housekeeping: Service {
    let servers: AsyncStream<AuthorizationServer<SQLiteStore>>

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await server in servers { await server.run() }
        }
    }
}
