import Administration
import ArgumentParser
import Console
import Files
import Foundation
import HTTP
import Pages

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            Flags take precedence over the environment (COUNTERSIGN_SERVER_LISTEN and so on), the environment over the file. \
            Without TLS the server listens on a loopback address only, unless a proxy in front terminates TLS.

            SIGTERM and Ctrl-C let requests in progress finish, then the server exits with 0. SIGHUP reloads the TLS certificate.

            EXAMPLES
              countersign serve
              countersign serve --listen 0.0.0.0:9443 --tls-certificate tls.pem \\
                  --tls-key tls.key --issuer https://auth.example.com
              countersign serve --data /var/lib/countersign --behind-proxy \\
                  --issuer https://auth.example.com
              countersign serve --config countersign.toml --check
            """)

    @Option(help: Settings.known.data.help("dir"), completion: .directory)
    var data: String?

    @Option(help: Settings.known.listen.help("host:port"))
    var listen: String?

    @Option(help: Settings.known.issuer.help("url"))
    var issuer: String?

    @Option(help: ArgumentHelp("A configuration file.", valueName: "file"), completion: .file(extensions: ["toml"]))
    var config: String?

    @Option(help: Settings.known.tlsCertificate.help("file"), completion: .file())
    var tlsCertificate: String?

    @Option(help: Settings.known.tlsKey.help("file"), completion: .file())
    var tlsKey: String?

    @Flag(help: ArgumentHelp(Settings.known.behindProxy.meaning))
    var behindProxy = false

    @Flag(help: "Only check the configuration, then exit.")
    var check = false

    func run() async throws {
        let configuration = try ServerConfiguration(
            flags: flags, environment: ProcessInfo.processInfo.environment, file: try config.map(ConfigurationFile.read)
        )
        for warning in configuration.warnings { Terminal.warn(warning) }
        try FileChecks.require(configuration.files, warn: Terminal.warn)
        guard !check else {
            try configuration.httpServer.tls?.check()
            _ = try TemplatePages(configuration.pages)
            try DataDirectory.check(configuration.dataDirectory, report: Terminal.warn)
            if case .file(let file) = configuration.masterKey { _ = try file.load(report: Terminal.warn) }
            print(StartMessage.checked(configuration))
            return
        }
        let running = try await RunningServer.prepare(configuration)
        do {
            try await running.run { listening in
                let setup = await Self.setupURL(listening.console)
                Terminal.write(
                    StartMessage.listening(
                        configuration, listening.urls, port: listening.port, metrics: listening.metrics, setup: setup))
            }
        } catch let error as ListenError {
            let place =
                switch configuration.listenOrigin {
                case .file(let name, let line): "at server.listen in \(name)\(line.map { ":\($0)" } ?? "")"
                case .environment(let name): "in \(name)"
                case .flag, nil: "with --listen"
                }
            throw CommandFailure("\(error.phraseWithRemedy), or choose another address \(place).")
        }
    }

    /// Returns the one-time link for the first administrator. It is printed and never logged.
    private static func setupURL(_ console: Console?) async -> String? {
        do throws(StoreError) {
            return try await console?.setupURL(at: .now)
        } catch {
            Terminal.warn("Whether the console has an administrator is not known: \(error.message)")
            return nil
        }
    }

    private var flags: SettingsLayer {
        let known = Settings.known
        return SettingsLayer(flags: [
            (known.data, data.map(TOMLValue.untyped)), (known.listen, listen.map(TOMLValue.untyped)),
            (known.issuer, issuer.map(TOMLValue.untyped)),
            (known.tlsCertificate, tlsCertificate.map(TOMLValue.untyped)),
            (known.tlsKey, tlsKey.map(TOMLValue.untyped)), (known.behindProxy, behindProxy ? .boolean(true) : nil),
        ])
    }
}

extension ServerConfiguration {
    /// Reads a configuration file for another command than `serve`.
    static func read(_ path: String) throws -> ServerConfiguration {
        try ServerConfiguration(environment: ProcessInfo.processInfo.environment, file: ConfigurationFile.read(path))
    }
}

extension ConfigurationFile {
    static func read(_ path: String) throws -> ConfigurationFile {
        let file = try InputFile(path, limit: maximumLength)
        if path != "-", let fault = FileTrust.fault(.configuration, path, file.facts) {
            throw CommandFailure(fault.message)
        }
        return try ConfigurationFile(file.bytes, name: file.name)
    }
}
