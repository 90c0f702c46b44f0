/// Who changes what is stored, and through what. The change log records it with each change.
package struct Actor: Sendable, Hashable {
    package enum Identity: Sendable, Hashable {
        /// A person who has signed in, with the name at that time.
        case person(UserID, name: String)
        /// A client that has authenticated, or that has just registered itself.
        case client(ClientID)
        /// A user of the operating system; with the one who called `sudo`, if that is known.
        case systemUser(String, sudoUser: String?)
        /// The server by itself.
        case server
        /// A caller that did not say who it is.
        case unknown
    }

    /// The entry point of a change.
    package enum Channel: String, Sendable, CaseIterable {
        case console
        /// The admin API.
        case api
        /// The command line at the data directory.
        case commandLine = "command_line"
        /// The account page, where people change what is theirs.
        case account
        /// A client's own registration (RFC 7591, RFC 7592).
        case registration
        /// Background work of the server.
        case server
        case unknown
    }

    package let identity: Identity
    package let channel: Channel

    init(_ identity: Identity, _ channel: Channel) {
        (self.identity, self.channel) = (identity, channel)
    }

    package static func person(_ id: UserID, name: String, through channel: Channel) -> Actor {
        Actor(.person(id, name: name), channel)
    }

    package static func client(_ id: ClientID, through channel: Channel) -> Actor {
        Actor(.client(id), channel)
    }

    /// - Parameters:
    ///   - user: the name in the operating system.
    ///   - sudoUser: who called `sudo`.
    package static func commandLine(user: String, sudoUser: String? = nil) -> Actor {
        Actor(.systemUser(user, sudoUser: sudoUser), .commandLine)
    }

    package static let server = Actor(.server, .server)

    /// The actor of a store for which none was named.
    package static let unknown = Actor(.unknown, .unknown)
}
