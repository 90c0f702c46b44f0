import Administration
import ArgumentParser

struct ResourceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resource", abstract: "Register the APIs that tokens are for.",
        discussion: """
            A client names the resource it wants a token for (RFC 8707), and the token is good there and nowhere else. \
            Without registered resources, tokens are for every API of the server. A running server applies changes within a second.
            """,
        subcommands: [ResourceAdd.self, ResourceList.self, ResourceShow.self, ResourceEdit.self, ResourceRemove.self])
}

/// What is registered about a resource. An option that is not given changes nothing.
struct ResourceOptions: ParsableArguments {
    @Option(help: "A display name.")
    var name: String?

    @Option(
        help: "The scopes that it knows, separated by spaces; may be given more than once.",
        transform: Transform.scopes)
    var scope: [[String]] = []

    @Option(help: "The format of its access tokens; 'default' is that of the client.")
    var tokenFormat: ClientSetting<AccessTokenFormat>?

    @Option(
        help: ArgumentHelp(
            "Their lifetime: seconds, or \(DurationText.examples); 'default' is that of the client.",
            valueName: "duration"), transform: Transform.tokenLifetime)
    var lifetime: ClientSetting<Duration>?

    func validate() throws {
        guard name?.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) != true else {
            throw ValidationError("--name must not contain control characters.")
        }
    }

    var isEmpty: Bool { name == nil && scope.isEmpty && tokenFormat == nil && lifetime == nil }

    func apply(to resource: inout ResourceRecord) {
        if let name { resource.name = name }
        if let scopes = Transform.union(scope) { resource.scopes = scopes }
        if let tokenFormat { resource.accessTokenFormat = tokenFormat.value }
        if let lifetime { resource.accessTokenLifetime = lifetime.value }
    }
}

/// The resource that a command is about, and the server.
struct ResourceArguments: ParsableArguments {
    @Argument(help: "The resource: the URI that clients ask tokens for.", completion: StoreNames.resources)
    var uri: String

    @OptionGroup var target: TargetOptions
}

struct ResourceAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Register a resource.",
        discussion: """
            The URI is absolute and without a fragment: usually the address of the API. It becomes aud of its tokens, \
            and a token carries those of the client's scopes that the resource knows.

            EXAMPLES
              countersign resource add https://api.example.com \\
                  --scope "invoices.read invoices.write"
              countersign resource add https://mcp.example.com/mcp --name "MCP server" \\
                  --scope tools --token-format opaque --lifetime 15m
            """)

    @Argument(help: "The resource: an absolute URI without a fragment.", transform: Transform.resource)
    var uri: String

    @OptionGroup var options: ResourceOptions
    @OptionGroup var target: TargetOptions

    @Flag(help: "Print the resource as JSON.")
    var json = false

    func run() async throws {
        var resource = ResourceRecord(uri: uri, createdAt: .now)
        options.apply(to: &resource)
        try await target.withOperations(creating: true) { [resource] in try await $0.resources.add(resource) }
        resource.print(json: json)
    }
}

struct ResourceList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the resources.",
        discussion: """
            EXAMPLES
              countersign resource list
              countersign resource list --search invoices
              countersign resource list --json
            """)

    @Option(help: ArgumentHelp("List only resources with this in their URI or name.", valueName: "text"))
    var search: String?

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let text = search ?? ""
        let resources = try await target.withOperations { try await $0.resources.list(text) }
        Listing.print(
            resources, json: json ? \.json : nil,
            empty: text.isEmpty ? "No resources yet: countersign resource add --help" : "No resource matches.",
            columns: [
                ("RESOURCE", \.uri), ("NAME", { $0.name.isEmpty ? "-" : $0.name }), ("TOKENS", \.tokenText),
                ("SCOPES", { $0.scopes.joined(separator: " ") }),
            ])
    }
}

struct ResourceShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a resource.",
        discussion: """
            EXAMPLES
              countersign resource show https://api.example.com
            """)

    @OptionGroup var resource: ResourceArguments

    @Flag(help: "Print the resource as JSON.")
    var json = false

    func run() async throws {
        try await resource.target.withOperations { try await $0.resources.resource(resource.uri) }
            .print(json: json)
    }
}

struct ResourceEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Change a resource.",
        discussion: """
            Settings that are not named do not change.

            EXAMPLES
              countersign resource edit https://api.example.com --scope invoices.read
              countersign resource edit https://api.example.com --lifetime default
            """)

    @OptionGroup var resource: ResourceArguments
    @OptionGroup var options: ResourceOptions

    @Flag(help: "Print the resource as JSON.")
    var json = false

    func validate() throws {
        guard !options.isEmpty else { throw ValidationError("There is nothing to change. Name at least one setting.") }
    }

    func run() async throws {
        try await resource.target.withOperations {
            try await $0.resources.edit(resource.uri, options.apply)
        }.print(json: json)
    }
}

struct ResourceRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a resource.",
        discussion: """
            Clients get no more tokens for it; those they have stay valid until they expire. When the last resource is removed, \
            tokens are for every API again. Asks first on a terminal; otherwise --yes is needed.

            EXAMPLES
              countersign resource remove https://api.example.com --yes
            """)

    @OptionGroup var resource: ResourceArguments
    @OptionGroup var confirmation: ConfirmationOptions

    func run() async throws {
        try confirmation.requireAnswer()
        try await resource.target.withOperations { operations in
            let resources = operations.resources
            let found = try await resources.resource(resource.uri)
            try confirmation.confirm("Remove the resource \(found.uri)?")
            try await resources.remove(found.uri)
        }
        print("The resource \(VisibleText.of(resource.uri)) is removed.")
    }
}
