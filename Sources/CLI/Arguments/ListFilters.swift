import ArgumentParser
import Store

/// Whether a client or a person is accepted.
enum AcceptedState: String, CaseIterable, NamedArgument {
    case enabled, disabled
}

extension ClientFilter.Registration: NamedArgument {}

/// Which clients are listed, as on the console's page.
struct ClientFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("List only clients with this in their ID or name.", valueName: "text"))
    var search: String?

    @Option(help: "List only clients in this state.")
    var state: AcceptedState?

    @Option(help: "List only clients with this authentication method.")
    var authMethod: AuthenticationMethod?

    @Option(
        help: "List only clients that an operator has added, or that registered themselves with a token or without.")
    var registeredBy: ClientFilter.Registration?

    var filter: ClientFilter {
        var filter = ClientFilter()
        filter.text = search ?? ""
        filter.isEnabled = state.map { $0 == .enabled }
        filter.authenticationMethod = authMethod
        filter.registration = registeredBy
        return filter
    }
}

/// Which people are listed, as on the console's page.
struct UserFilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("List only people with this in their user name, name or e-mail address.", valueName: "text"))
    var search: String?

    @Option(help: "List only people in this group.")
    var group: String?

    @Option(help: "List only people in this state.")
    var state: AcceptedState?

    var filter: UserFilter {
        var filter = UserFilter()
        filter.text = search ?? ""
        filter.group = group
        filter.isEnabled = state.map { $0 == .enabled }
        return filter
    }
}

/// Whether a client authenticates with an entry of the key store.
enum EntryUse: String, CaseIterable, NamedArgument {
    case inForce = "in-force"
    case none
}

extension KeyStoreFilter.Validity: NamedArgument {}

/// Which entries of the key store are listed, as on the console's page.
struct KeyStoreFilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "List only entries with this in their alias, subject or SHA-256 fingerprint.", valueName: "text"))
    var search: String?

    @Option(help: "List only entries that have expired, or that expire within 30 days.")
    var validity: KeyStoreFilter.Validity?

    @Option(help: "List only entries with which a client authenticates, or only the others.")
    var use: EntryUse?

    var filter: KeyStoreFilter {
        var filter = KeyStoreFilter()
        filter.text = search ?? ""
        filter.validity = validity
        filter.isInForce = use.map { $0 == .inForce }
        return filter
    }
}
