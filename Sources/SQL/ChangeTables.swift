/// The tables of the change log, as the migration "15 changes" creates them; a later change is a migration of its own and leaves this text.
///
/// What may contain any character is stored as bytes, so that the digest covers exactly what is stored.
package enum ChangeTables {
    /// The statements that create the tables and their indexes.
    package static func creation(_ dialect: Tables.Dialect) -> [String] {
        let (integer, bytes) = (dialect.integer, dialect.bytes)
        return [
            """
            CREATE TABLE change (
                issuer \(integer) NOT NULL, number \(integer) NOT NULL, at \(integer) NOT NULL,
                actor_kind TEXT NOT NULL, actor_id \(bytes), actor_name \(bytes), channel TEXT NOT NULL,
                action TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id \(bytes) NOT NULL,
                value_before \(bytes), value_after \(bytes), undoes \(integer), previous \(bytes) NOT NULL,
                digest \(bytes) NOT NULL, PRIMARY KEY (issuer, number)
            )\(dialect.options)
            """,
            "CREATE INDEX change_of_subject ON change (issuer, subject_kind, subject_id, number)",
            "CREATE INDEX change_by_actor ON change (issuer, actor_id, number)",
            // The last change, so that one that is removed at the end leaves a trace, and the last one that the operator has removed.
            """
            CREATE TABLE change_bounds (
                issuer \(integer) NOT NULL, head_number \(integer) NOT NULL, head_digest \(bytes) NOT NULL,
                anchor_number \(integer) NOT NULL, anchor_digest \(bytes) NOT NULL, PRIMARY KEY (issuer)
            )\(dialect.keyed)
            """,
            """
            CREATE TABLE change_countersignature (
                issuer \(integer) NOT NULL, number \(integer) NOT NULL, digest \(bytes) NOT NULL, at \(integer) NOT NULL,
                code \(bytes) NOT NULL, PRIMARY KEY (issuer, number)
            )\(dialect.keyed)
            """,
        ]
    }

    /// What the migration "19 change search" adds: the first change since a time, and the changes of a kind of thing, also by one actor.
    package static let searchIndexes = [
        "CREATE INDEX change_by_time ON change (issuer, at, number)",
        "CREATE INDEX change_of_kind ON change (issuer, subject_kind, number)",
        "CREATE INDEX change_of_kind_by_actor ON change (issuer, actor_id, subject_kind, number)",
    ]

    /// What the migration "21 pages" adds: which change undid another one, and the registration tokens in their order.
    package static let pageIndexes = [
        "CREATE INDEX change_by_undone ON change (issuer, undoes, number) WHERE undoes IS NOT NULL",
        "CREATE INDEX initial_access_token_by_time ON initial_access_token (issuer, created_at, id)",
    ]
}
