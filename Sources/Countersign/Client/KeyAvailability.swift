/// Whether a registered key may still be used: a key comes, retires and goes, and the client notices nothing.
public enum KeyAvailability: Sendable, Equatable {
    case active
    /// Good until a moment: the client is changing over to another key.
    case retiring(until: UnixTime)
    /// Not good any more, and never again.
    case revoked(since: UnixTime)

    /// Whether the key may prove its client at `now`.
    public func allowsUse(at now: UnixTime) -> Bool {
        switch self {
        case .active: true
        case .retiring(let end): now < end
        case .revoked: false
        }
    }
}
