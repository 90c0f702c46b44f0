import Countersign

/// Everything a server keeps, in one engine.
///
/// Every engine passes the same conformance tests. An answer that something was written is given when it is durable; the
/// audit log alone is written later.
public protocol Store: ClientStore, SigningKeyStore, AccessTokenStore, AuditLog, ReplayGuard {
    /// What keeps the store from writing now, or `nil` where nothing does.
    func obstacle() async -> String?

    /// Removes in the background, in small steps, what has expired: used `jti`s and access tokens. Ends when its task is cancelled.
    ///
    /// - Parameter report: writes a line into the server's log, for people.
    func sweep(report: @escaping @Sendable (String) -> Void) async
}
