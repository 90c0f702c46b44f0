enum KeyStoreChecks {
    static func findings(_ entries: [KeyStoreEntryDetails]) -> [Finding] {
        entries.compactMap { details in
            let alias = details.entry.alias
            let name = "The key store's entry \(alias.text)"
            func list(_ clients: [ClientID]) -> String { clients.map(\.text).joined(separator: ", ") }
            switch details.use {
            case .inForce: return nil
            case .unused:
                return .warning(.keyStore, "\(name) serves no client: no client has this ID.", .removeEntry(alias))
            case .overridden(let client, _):
                return .warning(
                    .keyStore, "\(name) has no effect: the client has other keys, which take precedence.",
                    .showClient(client))
            case .caseVariant(let clients):
                return .warning(
                    .keyStore, "\(name) serves no client: it differs only in case from the client \(list(clients)).",
                    .renameEntry(alias, to: clients.first?.text ?? "ID"))
            case .severalClients(let clients):
                return .warning(
                    .keyStore,
                    """
                    \(name) serves no client: it came from a Java key store, which does not tell upper from lower case, and could \
                    mean each of the clients \(list(clients)).
                    """,
                    .moveEntryToChosenClient(alias))
            case .severalEntries(let client):
                return .warning(
                    .keyStore,
                    """
                    \(name) serves no client: it came from a Java key store, and another such entry could mean the client \
                    \(client) too.
                    """,
                    .removeEntryOrOther(alias))
            }
        }
    }
}

/// Checks of the log of used assertions.
package enum ReplayLogChecks {
    /// - Parameter maximum: the maximum number of live claims.
    package static func findings(_ facts: ReplayLogFacts, maximum: Int, now: UnixTime) -> [Finding] {
        var findings: [Finding] = []
        let count = "\(facts.claims) used assertions are remembered, and \(maximum) are allowed"
        if facts.claims >= maximum {
            findings.append(.problem(.replay, "\(count): new ones get 503.", .raiseReplayLimit))
        } else if facts.claims >= maximum / 5 * 4, maximum >= 5 {
            findings.append(.warning(.replay, "\(count).", .raiseReplayLimit))
        }
        if facts.sweptUntil > now {
            findings.append(
                .problem(
                    .replay,
                    """
                    The clock ran ahead, and used assertions were forgotten: assertions that expire by \
                    \(facts.sweptUntil.text) get 503.
                    """,
                    .correctClock))
        }
        return findings
    }
}

/// Checks of the algorithms that clients chose for what the server signs for them.
enum SigningChecks {
    /// - Parameter algorithms: those that the server signs with.
    static func findings(_ client: ClientRecord, _ algorithms: [SignatureAlgorithm]) -> [Finding] {
        guard client.isEnabled else { return [] }
        return client.signIn.choices(outside: algorithms).map { choice in
            let what =
                switch choice.response {
                case .idToken: "ID tokens"
                case .userInfo: "userinfo responses"
                case .introspection: "introspection responses"
                }
            return .problem(
                .signing,
                """
                The client \(client.id) is registered for \(what) with \(choice.algorithm.name), for which the server has no \
                key: it gets 503.
                """,
                .changeTokenAlgorithm(client.id, choice))
        }
    }
}

/// Checks of the notices about ended sessions that wait for clients.
enum LogoutChecks {
    static func findings(_ backlogs: [LogoutBacklog]) -> [Finding] {
        backlogs.compactMap { backlog in
            guard let failed = backlog.oldestFailed, let problem = failed.problem else { return nil }
            let count = backlog.count == 1 ? "1 logout" : "\(backlog.count) logouts"
            return .warning(
                .logouts,
                "The client \(backlog.client) has not confirmed \(count) since \(failed.createdAt.text): \(problem)",
                .showClient(backlog.client))
        }
    }
}
