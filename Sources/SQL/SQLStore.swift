/// A store based on the statements of this module.
package protocol SQLStore: Store {
    var database: any SQLDatabase { get }
    var auditWriter: AuditWriter { get }
}

extension SQLStore {
    package var clients: any ClientStore { SQLClients(database: database) }
    package var clientKeys: any ClientKeyStore { SQLClientKeys(database: database) }
    package var keyStore: any KeyStore { SQLKeyStore(database: database) }
    package var keySets: any KeySetStore { SQLKeySets(database: database) }
    package var keyUses: any KeyUseStore { SQLKeyUses(database: database) }
    package var signingKeys: any SigningKeyStore { SQLSigningKeys(database: database) }
    package var sealingKeys: any SealingKeyStore { SQLSealingKeys(database: database) }
    package var audit: any AuditLog { SQLAudit(database: database, writer: auditWriter) }
    package var changes: any ChangeLog { SQLChanges(database: database) }
    package var provenClientURLs: any ProvenClientURLStore { SQLProvenClientURLs(database: database) }
    package var users: any UserStore { SQLUsers(database: database) }
    package var sessions: any SessionStore { SQLSessions(database: database) }
    package var grants: any AuthorizationGrantStore { SQLAuthorizationGrants(database: database) }
    package var consents: any ConsentStore { SQLConsents(database: database) }
    package var revokedTokens: any RevokedTokenStore { SQLRevokedTokens(database: database) }
    package var resources: any ResourceStore { SQLResources(database: database) }
    package var dynamicRegistrations: any DynamicRegistrationStore { SQLDynamicRegistrations(database: database) }
    package var initialAccessTokens: any InitialAccessTokenStore { SQLInitialAccessTokens(database: database) }
    package var logoutNotices: any LogoutNoticeStore { SQLLogoutNotices(database: database) }
    package var figures: any FigureStore { SQLFigures(database: database) }
    package var expirations: any ExpirationStore { SQLExpirations(database: database) }
}

extension AuditWriter {
    /// - Parameters:
    ///   - limit: the most entries of each kind that may be queued.
    ///   - capacity: the most entries of each kind that are kept.
    package convenience init(_ database: any SQLDatabase, limit: Int, capacity: Int) {
        self.init(limit: limit) { entries throws(StoreError) in
            try await SQLAudit.add(entries, capacity: capacity, database)
        }
    }
}
