@_exported import Server

/// A client with how often each of its keys was used.
package struct ClientKeyReport: Sendable {
    package let details: ClientDetails
    /// The latest fetches of its key set, the latest first.
    package let fetches: [KeySetFetch]
    package let now: UnixTime
    /// By thumbprint.
    private let recentUses: [String: Int]
    private let dayUses: [String: Int]
    /// The thumbprints of all keys that were used in the last eight days.
    private let used: Set<String>

    package init(details: ClientDetails, _ uses: KeyUsesDocument, now: UnixTime) {
        (self.details, self.fetches, self.now) = (details, uses.fetches, now)
        let hours = uses.hours
        func sum(since time: UnixTime) -> [String: Int] {
            hours.filter { $0.hour >= time }.reduce(into: [:]) { $0[$1.thumbprint, default: 0] += $1.count }
        }
        recentUses = sum(since: Self.recent(now))
        dayUses = sum(since: Self.day(now))
        used = Set(hours.map(\.thumbprint))
    }

    private static func recent(_ now: UnixTime) -> UnixTime { now.startOfHour - .seconds(3600) }
    private static func day(_ now: UnixTime) -> UnixTime { now.startOfHour - .seconds(23 * 3600) }

    /// How often a key was used, and its share of all uses of the client.
    package struct Traffic: Sendable, Equatable {
        package let uses: Int
        /// Of all keys together.
        package let total: Int

        fileprivate init(_ thumbprint: String, of uses: [String: Int]) {
            self.uses = uses[thumbprint] ?? 0
            total = uses.values.reduce(0, +)
        }

        /// From 0 to 100; `nil` without any use. A key that was used has at least 1, and at most 99 if another one was used, too.
        package var percent: Int? {
            guard total > 0 else { return nil }
            if uses == 0 || uses == total { return uses == 0 ? 0 : 100 }
            return min(99, max(1, Int((Double(uses) / Double(total) * 100).rounded())))
        }
    }

    /// The start of the hour before the present one: enough to see where the traffic goes now.
    package var recentlySince: UnixTime { Self.recent(now) }
    /// The start of the hour 23 hours before the present one.
    package var daySince: UnixTime { Self.day(now) }

    /// - Parameter thumbprint: the key's RFC 7638 thumbprint.
    package func recent(of thumbprint: String) -> Traffic { Traffic(thumbprint, of: recentUses) }
    package func day(of thumbprint: String) -> Traffic { Traffic(thumbprint, of: dayUses) }

    /// The thumbprints of keys that were used in the last eight days and are not among those in force any more, the latest use first.
    package var usedKeysThatAreGone: [String] {
        let present = Set(details.keysInForce.map(\.jwk.thumbprint))
        let gone = used.subtracting(present)
        return gone.sorted { (details.uses[$0] ?? .distantPast, $0) > (details.uses[$1] ?? .distantPast, $1) }
    }

    package var rotation: KeyRotation? { KeyRotation(details, self) }
}

extension ClientAdministration {
    /// - Throws: `ClientFailure.noClient`, `StoreError`.
    package func keyReport(of id: String, at now: UnixTime) async throws -> ClientKeyReport {
        let details = try await details(of: id)
        return ClientKeyReport(details: details, try await keyUses(of: details.client, at: now), now: now)
    }

    /// - Throws: `ClientFailure.noClient`, `StoreError`.
    package func keyUses(of id: String, at now: UnixTime) async throws -> KeyUsesDocument {
        try await keyUses(of: try await registration(of: id).client, at: now)
    }

    private func keyUses(of client: ClientRecord, at now: UnixTime) async throws(StoreError) -> KeyUsesDocument {
        KeyUsesDocument(
            hours: try await store.keyUses.hourly(of: client.id, since: now.startOfHour - HourlyKeyUses.lifetime),
            fetches: client.keySetURL == nil ? [] : try await store.keySets.fetches(of: client.keySetURL ?? ""))
    }
}

extension ClientKeyReport {
    package var json: JSONObject {
        let keys = details.keysInForce.map { key -> JSONObject in
            var object = key.json(at: now)
            object.set("uses_recently", .number(recent(of: key.jwk.thumbprint).uses))
            object.set("uses_day", .number(day(of: key.jwk.thumbprint).uses))
            return object
        }
        return [
            "client_id": .string(details.client.id.value), "recently_since": .string(recentlySince.text),
            "day_since": .string(daySince.text), "keys": .array(keys),
            "used_keys_that_are_gone": .array(usedKeysThatAreGone.map { .string($0) }),
            "rotation": .object(rotation?.json) ?? .null, "fetches": .array(fetches.map(\.json)),
        ]
    }
}
