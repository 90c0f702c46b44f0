import GRDB

/// The steps that bring a database up to date, in their order. A step that was released never changes.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 clients", migrate: createClients)
        migrator.registerMigration("1 signing keys", migrate: createSigningKeys)
        migrator.registerMigration("1 time slices", migrate: createTimeSlices)
        migrator.registerMigration("1 used jtis", migrate: createUsedJTIs)
        migrator.registerMigration("1 access tokens", migrate: createAccessTokens)
        migrator.registerMigration("1 audit entries", migrate: createAuditEntries)
        migrator.registerMigration("2 key sources", migrate: addKeySources)
        migrator.registerMigration("2 key store", migrate: createKeyStore)
        migrator.registerMigration("2 key uses", migrate: createKeyUses)
        migrator.registerMigration("2 remote key sets", migrate: createRemoteKeySets)
        migrator.registerMigration("3 replay log", migrate: createReplayLog)
        migrator.registerMigration("3 sealing keys", migrate: createSealingKeys)
        migrator.registerMigration("3 no access tokens", migrate: dropAccessTokens)
        migrator.registerMigration("3 certified clients", migrate: indexCertificates)
        migrator.registerMigration("4 proven client URLs", migrate: createProvenClientURLs)
        migrator.registerMigration("4 aliases of Java", migrate: addAliasesOfJava)
        return migrator
    }
}
