import GRDB
import Testing

@testable import SQL
@testable import SQLite

@Suite("SQLite: the query plans for people and grants")
struct PeoplePlanTests {
    @Test(
        "An index finds what a request, a revocation or a sweep looks for",
        arguments: [
            SQLUsers.byName, SQLUsers.byEmail, SQLUsers.passwordChange, SQLSessions.withUser, SQLSessions.expired,
            SQLSessions.idle,
            SQLAuthorizationGrants.byID, SQLAuthorizationGrants.byCode, SQLAuthorizationGrants.redemption,
            SQLAuthorizationGrants.secondUse, SQLAuthorizationGrants.byRefreshToken, SQLAuthorizationGrants.rotation,
            SQLAuthorizationGrants.revocationOfPerson, SQLAuthorizationGrants.revocationOfAccess,
            SQLAuthorizationGrants.revocationOfKey, SQLSessions.onlineGrants,
            SQLAuthorizationGrants.grantsToCheck, SQLAuthorizationGrants.lifetimeFacts, SQLRevokedTokens.expired,
            SQLRevokedTokens.byID, SQLConsents.selection + " AND client = $3",
            SQLDynamicRegistrations.expired, SQLDynamicRegistrations.openCount, SQLDynamicRegistrations.unusedOpenCount,
            SQLSessions.removalIfOver, SQLLogoutNotices.nextClient, SQLLogoutNotices.anyDue, SQLLogoutNotices.claim,
            "\(SQLUsers.selection) AND name_key > $2 ORDER BY name_key LIMIT $3",
        ])
    func plan(_ query: String) async throws {
        let steps = try await steps(query)
        #expect(!steps.isEmpty)
        // By more than the issuer, and without sorting.
        #expect(
            steps.allSatisfy { step in
                step.hasPrefix("SEARCH") && step.contains("(issuer=? AND ") || step.contains(" SUBQUERY ")
                    || step.hasPrefix("SCALAR SUBQUERY ")
            }, "\(steps)")
    }

    @Test(
        "An index finds the clients with access and their grants",
        arguments: [SQLConsents.nextClient, SQLConsents.grantsInForce])
    func access(_ query: String) async throws {
        let reads = try await steps(query).filter { $0.contains("authorization_grant") || $0.contains(" consent") }
        #expect(!reads.isEmpty)
        #expect(reads.allSatisfy { $0.contains("(issuer=? AND person=? AND client") }, "\(reads)")
    }

    @Test(
        "Foreign keys find their rows by an index",
        arguments: [
            ("session", "person"), ("authorization_grant", "person"), ("consent", "person"),
            ("refresh_token", "grant_id"),
            ("authorization_grant", "client"), ("consent", "client"),
        ])
    func foreignKeys(_ reference: (table: String, column: String)) async throws {
        let steps = try await steps("DELETE FROM \(reference.table) WHERE issuer = $1 AND \(reference.column) = $2")
        // The other steps are the references to the deleted rows.
        #expect(steps.first?.contains("(issuer=? AND \(reference.column)=?)") == true, "\(steps)")
        #expect(steps.allSatisfy { $0.hasPrefix("SEARCH") }, "\(steps)")
    }

    private func steps(_ query: String) async throws -> [String] {
        let bench = try SQLiteBench()
        return try await bench.store.pool.read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(query)")
            let count = (1...9).last { query.contains("$\($0)") } ?? 0
            return try String.fetchAll(
                statement, arguments: StatementArguments(repeatElement(1, count: count)),
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
    }
}
