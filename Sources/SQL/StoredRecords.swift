/// The records that a condition reads, in the transaction of the change.
package struct SQLRecords: StoredRecords {
    private let db: any SQLConnection

    package init(db: any SQLConnection) {
        self.db = db
    }

    package func registration(of id: ClientID) throws -> ClientRegistration? { try SQLClients.registration(of: id, db) }

    package func user(_ id: UserID) throws -> UserRecord? {
        try db.first("\(SQLUsers.selection) AND id = $2", [id]) { try UserRecord(&$0) }
    }

    package func hasMember(of group: String) throws -> Bool { try SQLUsers.hasMember(of: group, db) }

    package func hasMember(of group: String, whoCanSignInBeside user: UserID) throws -> Bool {
        try SQLUsers.hasMember(of: group, whoCanSignInBeside: user, db)
    }

    package func resource(_ uri: String) throws -> ResourceRecord? { try SQLResources.resource(uri, db) }

    package func keyStoreEntry(_ alias: ExactString) throws -> KeyStoreEntry? {
        try db.first("\(SQLKeyStore.selection) AND alias = $2", [alias]) { try KeyStoreEntry(&$0) }
    }

    package func initialAccessToken(_ id: String) throws -> InitialAccessToken? {
        try SQLInitialAccessTokens.token(id, db)
    }

    package func signingKeys() throws -> [SigningKeyRecord] { try SQLSigningKeys.all(db) }

    package func session(_ id: String, of user: UserID) throws -> SessionRecord? {
        try db.all(SQLSessions.ofUser, [user]) { try SessionRecord(&$0) }.first { $0.id == id }
    }

    package func access(of user: UserID, to client: ClientID) throws -> ClientAccess? {
        try SQLConsents.access(of: user, to: client, db)
    }
}
