import Administration

/// A person who is signed in to the console.
struct Operator: Sendable {
    /// How long after a sign-in something sensitive can be done without another.
    static let recentLimit: Duration = .seconds(600)

    /// As they are in the store now.
    let user: UserRecord
    let session: SessionRecord
    /// What the sign-in to the console gave; it is revoked when they sign out.
    let grant: AuthorizationGrantRecord
    /// Of the series of sign-ins that forms belong to, see `ConsoleSessions`.
    let firstGrant: [UInt8]
    let end: SignInEnd

    var groups: Set<AdminGroup> { user.adminGroups }

    var mayLook: Bool { !groups.isEmpty }
    var mayChange: Bool { groups.contains(.admin) }

    /// For the person's eyes.
    var role: String { mayChange ? "Administrator" : "Viewer" }

    /// Who the change log names.
    var actor: Actor { .person(user.id, name: user.name, through: .console) }

    /// Whether they proved who they are a short time ago.
    func isRecent(at now: UnixTime, within limit: Duration = Self.recentLimit) -> Bool {
        grant.authenticatedAt <= now && now < recentEnd(within: limit)
    }

    /// When the proof is too old for something sensitive.
    func recentEnd(within limit: Duration = Self.recentLimit) -> UnixTime { grant.authenticatedAt + limit }
}
