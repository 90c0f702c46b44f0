import AdminClient
import Administration
import ArgumentParser
import Console

struct UserCalendarAddress: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar-address",
        abstract: "Show, make or remove the secret address at which a person's calendar program reads what ends.",
        discussion: """
            The address is printed once, when it is made: the server keeps a digest. Making another one ends the one before. It ends, too, when \
            the person is disabled or leaves the groups admin and viewer. It is below the console's address, which a running server knows; \
            at a data directory it is that of --config, without the options that 'serve' was started with.

            EXAMPLES
              countersign user calendar-address alice --profile production
              countersign user calendar-address alice --make --profile production
              countersign user calendar-address alice --make --config countersign.toml
              countersign user calendar-address alice --remove
            """)

    @OptionGroup var user: UserArguments

    @Flag(help: "Make an address, in place of the one before.")
    var make = false

    @Flag(help: "Remove the address.")
    var remove = false

    @Option(
        help: ArgumentHelp(
            "The server's configuration file, with the console's address; a running server has its own.",
            valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard !make || !remove else { throw ValidationError("Give --make or --remove, not both.") }
        try user.target.remote.validate(without: config == nil ? nil : "--config")
    }

    func run() async throws {
        let address = try await withAddresses { addresses in
            if make { return try await addresses.make(for: user.name, at: .now) }
            return try await remove ? addresses.remove(of: user.name) : addresses.address(of: user.name)
        }
        if address.url != nil { Terminal.note("The address is not stored and cannot be shown again.") }
        if json { return JSONOutput.print(address.json) }
        print(VisibleText.of(address.url ?? address.sentence))
    }

    private func withAddresses<Value>(
        _ body: (any CalendarAddressOperations) async throws -> Value
    ) async throws -> Value {
        let configuration = try config.map(ServerConfiguration.read)
        switch try Target(data: user.target.data, user.target.remote, configured: configuration?.dataDirectory) {
        case .server(let profile, _): return try await profile.withServer { try await body($0.calendarAddresses) }
        case .directory(let directory):
            guard !make || configuration != nil else {
                throw ValidationError(
                    "The address is below the console's: name the server's configuration with --config, or the running server."
                )
            }
            let address = configuration?.consoleAddress
            guard !make || address?.origin.hasSuffix(":0") != true else {
                throw ValidationError(
                    "The server chooses the console's port when it starts, so \(config ?? "the configuration") has no address: "
                        + "name the running server.")
            }
            let url = address.map(Console.calendarURLs)
            return try await OpenedStore.with(directory) { try await body(CalendarAddresses($0, url: url)) }
        }
    }
}

extension CalendarAddress {
    fileprivate var sentence: String {
        guard let madeAt else { return "\(userName) has no calendar address." }
        return "\(userName) has a calendar address since \(madeAt.text). It cannot be shown again."
    }
}

extension CalendarAddressFailure: MessageError {
    var message: String { detail }
}

extension ServerConfiguration {
    /// The console's address on the configured ports; `nil` without a console.
    fileprivate var consoleAddress: ServerURLs? {
        console?.address(of: urls, port: console?.listen?.port, isSecure: httpServer.tls != nil)
    }
}
