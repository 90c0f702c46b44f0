@_exported import Server

/// All of a server that ends at a known time, the next to end first.
package struct ExpiryAdministration: Sendable {
    private let store: any Store
    /// The PEM file of the server's TLS certificate; `nil` if it is not known here.
    private let certificateFile: String?
    /// For clients without a setting of their own.
    private let serverValidity: AssertionPolicy.CertificateValidity

    package init(
        _ store: any Store, certificateFile: String? = nil,
        serverValidity: AssertionPolicy.CertificateValidity = AssertionPolicy().certificateValidity
    ) {
        (self.store, self.certificateFile, self.serverValidity) = (store, certificateFile, serverValidity)
    }

    package init(_ store: any Store, _ settings: ServerSettings) {
        self.init(
            store, certificateFile: settings.certificateFile, serverValidity: settings.policy.certificateValidity)
    }

    /// Returns a page of what ends, and where the next page begins.
    ///
    /// - Parameter position: the last one of the page before.
    package func page(
        _ filter: ExpiryFilter, after position: ExpiryPosition? = nil, limit: Int
    ) async throws(StoreError) -> ExpiryPage {
        var found = try await store.expirations.page(filter, after: position, limit: limit + 1)
        if let own = certificate, Self.matches(own, filter), position.map({ own.comes(after: $0) }) ?? true {
            let index = found.firstIndex { $0.at > own.at } ?? found.count
            found.insert(own, at: index)
        }
        let page = found.prefix(limit)
        var registrations: [ClientID: ClientRegistration] = [:]
        var entries: [ExpiryEntry] = []
        for expiration in page {
            if let client = expiration.client, registrations[client] == nil {
                registrations[client] = try await store.clients.registration(of: client)
            }
            entries.append(
                ExpiryEntry(
                    expiration, of: expiration.client.flatMap { registrations[$0] }, serverValidity: serverValidity))
        }
        return ExpiryPage(entries: entries, next: found.count > limit ? page.last?.position : nil)
    }

    /// Counts what ends, up to a limit for each kind.
    package func count(_ filter: ExpiryFilter, upTo limit: Int) async throws(StoreError) -> FoundCount {
        let count = try await store.expirations.count(filter, upTo: limit)
        let isOwnFound = certificate.map { Self.matches($0, filter) } ?? false
        return FoundCount(count.number + (isOwnFound ? 1 : 0), hasMore: count.hasMore)
    }

    /// Returns the first to end of each day, without more about them; the server's own certificate comes before the others of its day.
    ///
    /// - Parameters:
    ///   - days: the beginning of each, and of the day after the last one.
    ///   - limit: for each day.
    package func days(
        _ days: [UnixTime], _ filter: ExpiryFilter, limit: Int
    ) async throws(StoreError) -> [[Expiration]] {
        var found: [[Expiration]] = []
        let own = certificate
        for (start, end) in zip(days, days.dropFirst()) {
            var filter = filter
            (filter.from, filter.until) = (start, end)
            let page = try await store.expirations.page(filter, after: nil, limit: limit)
            let first = own.flatMap { Self.matches($0, filter) ? [$0] : nil } ?? []
            found.append(Array((first + page).prefix(limit)))
        }
        return found
    }

    /// The end of the server's own certificate. Reads the file each time.
    private var certificate: Expiration? { Expiration.ofTLSCertificate(certificateFile) }

    private static func matches(_ own: Expiration, _ filter: ExpiryFilter) -> Bool {
        filter.client == nil && filter.kind.map { $0 == own.kind } ?? true && filter.from <= own.at
            && own.at < filter.until
    }
}

extension Expiration {
    /// Only for the one that is not in the store, of which there is one.
    fileprivate func comes(after position: ExpiryPosition) -> Bool {
        (position.at, position.kind.order) < (at, kind.order)
    }
}

/// A page of what ends.
package struct ExpiryPage: Sendable {
    package let entries: [ExpiryEntry]
    /// `nil` on the last page.
    package let next: ExpiryPosition?
}

extension ExpiryAdministration: ExpiryOperations {
    package func expiring(_ filter: ExpiryFilter, limit: Int) async throws -> [ExpiryEntry] {
        try await page(filter, limit: limit).entries
    }
}

/// What is read of all that ends.
package protocol ExpiryOperations: Sendable {
    /// Returns what ends, the next first.
    func expiring(_ filter: ExpiryFilter, limit: Int) async throws -> [ExpiryEntry]
}

extension ExpiryOperations {
    /// Returns what a calendar file has: what is still to come, and as much of what has ended lately as fits beside it.
    ///
    /// - Parameter limit: the most entries.
    package func calendar(
        _ filter: ExpiryFilter, at now: UnixTime, limit: Int = CalendarFile.maximumEvents
    ) async throws -> [ExpiryEntry] {
        var (coming, ended) = (filter, filter)
        (coming.from, ended.from, ended.until) = (now, now - CalendarFile.past, min(filter.until, now))
        let entries = try await expiring(coming, limit: limit)
        let room = limit - entries.count
        return room > 0 ? try await expiring(ended, limit: room) + entries : entries
    }
}
