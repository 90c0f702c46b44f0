import Countersign
import CountersignJOSE

/// Why entries from Java key stores serve none of the clients whose identifiers equal their aliases without regard to case.
///
/// Which client was meant is lost where Java writes aliases in lower case. A guess could let one client's key prove another one.
package enum AliasAmbiguity: Sendable, Equatable {
    /// The alias could mean each of these clients.
    case severalClients(alias: ExactString, [ClientID])
    /// Each of these aliases could mean the client, and none of them is its identifier byte for byte.
    case severalEntries([ExactString])

    /// A phrase for people.
    package var phrase: String {
        func list(_ names: [ExactString]) -> String { names.map { "'\($0.text)'" }.joined(separator: ", ") }
        return switch self {
        case .severalClients(let alias, let clients):
            """
            the key store's entry '\(alias)' came from a Java key store, which does not tell upper from lower case, and could \
            mean each of the clients \(list(clients.map(\.value))): it serves none of them
            """
        case .severalEntries(let aliases):
            """
            the key store's entries \(list(aliases)) came from Java key stores, which do not tell upper from lower case, and \
            each could mean the client: none serves it
            """
        }
    }

    /// The alias of an entry that could be meant.
    package var alias: ExactString {
        switch self {
        case .severalClients(let alias, _): alias
        case .severalEntries(let aliases): aliases.first ?? ""
        }
    }
}
