import Administration
import CountersignClient
import Foundation
import HTTP
import Playground

/// A running playground: port, registered client and web application.
struct PlaygroundSession: Sendable {
    let issuer: String
    /// The data directory of the server, if it is on this machine.
    let directory: String?
    /// The client of the command line.
    let given: PlaygroundClient?
    let registrationToken: String?
    /// Asked for in the first request; `nil` for the default.
    let scope: [String]?
    let listen: ListenAddress
    let trust: ServerTrust
    let opensBrowser: Bool
    let printsJSON: Bool

    /// Serves until SIGTERM or SIGINT.
    func runUntilSignal() async throws {
        let signals = await ProcessSignals()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await run() }
            group.addTask { for await request in signals.requests where request == .terminate { return } }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Serves until the task is cancelled, then removes what it registered.
    ///
    /// - Parameter person: of a server that was started for the playground.
    func run(person: TemporaryServer.Person? = nil) async throws {
        let connection = try Connection(trust: trust)
        try await closing(connection.close) {
            let server = try ServerEndpoints(try await ServerMetadata.read(of: issuer, connection))
            let httpServer = try await bind()
            let origin = LoopbackOrigin(
                authority: ListenAddress(host: listen.host, port: httpServer.port).description)
            let registered: RegisteredPlayground
            do {
                registered = try await register(at: server, for: origin, connection)
            } catch {
                await httpServer.close()
                throw error
            }
            try await closing({ await registered.remove(connection) }) {
                let playground = try Playground(
                    at: origin, of: server, as: registered.client, scope: registered.scope, connection: connection,
                    explain: directory.map(Self.explain))
                announce(origin, registered, person)
                await httpServer.serve(playground.routes)
            }
        }
    }

    private func bind() async throws -> HTTPServer {
        do {
            return try await HTTPServer.bind(HTTPServer.Configuration(host: listen.host, port: listen.port))
        } catch let error as ListenError {
            throw CommandFailure("\(error.phraseWithRemedy), or choose another port with --listen.")
        }
    }

    private func register(
        at server: ServerEndpoints, for origin: LoopbackOrigin, _ connection: Connection
    ) async throws -> RegisteredPlayground {
        let wanted = scope?.joined(separator: " ")
        if let given { return RegisteredPlayground(client: given, scope: wanted ?? "openid", source: .given) }
        let scope = wanted ?? RegisteredPlayground.defaultScope
        if let directory {
            return try await RegisteredPlayground.add(to: directory, for: origin, scope: scope)
        }
        guard let endpoint = server.registration else {
            Terminal.write(PlaygroundText.manualRegistration(issuer: issuer, origin, scope: scope))
            throw CommandFailure(
                """
                \(issuer) does not register clients over HTTP. Register one with the commands above, or name the server's data \
                directory with --data.
                """)
        }
        let registration: RegistrationOverHTTP
        do {
            registration = try await RegistrationOverHTTP.register(
                at: endpoint, for: origin, scope: RegisteredPlayground.registeredScope(asking: scope),
                token: registrationToken, connection)
        } catch {
            guard case .refused(let refusal) = error, [401, 403].contains(refusal.status), registrationToken == nil
            else { throw error }
            throw CommandFailure(
                """
                \(issuer) registers clients only with an initial access token. Give it with --registration-token-file FILE, name \
                the server's data directory with --data, or give a registered client with --client-id and --key.
                """)
        }
        return RegisteredPlayground(registration, asking: scope)
    }

    private func announce(
        _ origin: LoopbackOrigin, _ registered: RegisteredPlayground, _ person: TemporaryServer.Person?
    ) {
        if printsJSON {
            Terminal.write(
                JSONOutput.text(
                    .object([
                        "url": .string(origin.text), "issuer": .string(issuer),
                        "client_id": .string(registered.client.id.value), "user": .string(person?.name),
                        "password": .string(person?.password),
                    ]), isIndented: false))
        } else {
            Terminal.write(PlaygroundText.ready(origin, issuer: issuer, registered, person))
        }
        if opensBrowser { Browser.open(origin.text) }
    }

    /// Reads the record of a refusal from the server's store. The server writes it in the background, so the look-up is retried.
    private static func explain(in directory: String) -> Playground.Explain {
        { reference in
            try? await OpenedStore.with(directory) { store in
                for _ in 0..<20 {
                    if let entry = try await store.audit.entry(Reference(typed: reference)) {
                        return TraceRecord(text: entry.trace).map {
                            RefusalExplanation($0.trace, client: entry.clientID, directory)
                        }
                    }
                    try await Task.sleep(for: .milliseconds(100))
                }
                return nil
            }
        }
    }
}

extension RefusalExplanation {
    fileprivate init(_ trace: Trace, client: String?, _ directory: String) {
        let remedies = trace.entries.lazy.compactMap { entry -> [OperatorRemedy]? in
            if case .failed(_, let explanation) = entry.outcome { explanation.operatorRemedies } else { nil }
        }
        let words = OperatorRemedyText(client: client, options: Target.directory(directory).options)
        self.init(trace: trace, operatorRemedy: remedies.first.map(words.sentences))
    }
}
