@_exported import Countersign

/// The number of an issuer in a store: the first part of every key, so that issuers share a database but no records.
package struct IssuerNumber: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The issuer that a store is opened for.
    package static let first = IssuerNumber(rawValue: 1)
}

/// The storage of one issuer, with a part for each kind of record.
///
/// Every engine passes the same conformance tests. A write is durable when its call returns; only the audit log is written later.
package protocol Store: Sendable {
    /// Returns the store of another issuer: the same database, but none of the same records.
    /// The actor stays the same.
    func issuer(_ number: IssuerNumber) -> any Store

    /// Returns the same store, whose changes are recorded as those of `actor`. It shares everything with this one and costs little, so
    /// that each request can have its own.
    func acting(as actor: Actor) -> any Store

    /// Returns the same store, whose next change is made only if a condition holds in its transaction; otherwise it throws `changed`.
    func requiring(_ condition: ChangeCondition) -> any Store

    /// Returns the same store, whose changes are recorded as undoing an earlier one.
    func undoing(_ number: Int64) -> any Store

    var clients: any ClientStore { get }
    var clientKeys: any ClientKeyStore { get }
    var keyStore: any KeyStore { get }
    var keySets: any KeySetStore { get }
    var keyUses: any KeyUseStore { get }
    var signingKeys: any SigningKeyStore { get }
    var sealingKeys: any SealingKeyStore { get }
    var replay: any ReplayStore { get }
    var audit: any AuditLog { get }
    var changes: any ChangeLog { get }
    var provenClientURLs: any ProvenClientURLStore { get }
    var users: any UserStore { get }
    var sessions: any SessionStore { get }
    var grants: any AuthorizationGrantStore { get }
    var consents: any ConsentStore { get }
    var revokedTokens: any RevokedTokenStore { get }
    var resources: any ResourceStore { get }
    var dynamicRegistrations: any DynamicRegistrationStore { get }
    var initialAccessTokens: any InitialAccessTokenStore { get }
    var logoutNotices: any LogoutNoticeStore { get }
    var expirations: any ExpirationStore { get }
    var figures: any FigureStore { get }

    /// What it has done and what waits for it.
    var usage: StoreUsage { get }

    /// Returns why the store cannot be written now, or `nil` if it can.
    func writeProblem() async -> String?

    /// Writes everything pending and closes the store. No other call may follow.
    func close() async
}
