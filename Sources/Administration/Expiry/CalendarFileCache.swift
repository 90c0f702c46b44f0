import Caching
@_exported import Server

/// The calendar file of a server, which is the same for every address: it is rendered at most once a minute, however many ask.
///
/// A class because requests share the file and the rendering of it. A file that could not be rendered is not kept.
package final class CalendarFileCache: Sendable {
    /// How long a file is used again.
    package static let lifetime: Duration = .seconds(60)

    private struct Rendered {
        let bytes: [UInt8]
        let at: UnixTime
    }

    private let expiry: ExpiryAdministration
    private let issuer: String
    private let files = SharedCache<String, Rendered, any Error>(capacity: 1)

    /// - Parameter issuer: the URL of the server.
    package init(_ expiry: ExpiryAdministration, issuer: String) {
        (self.expiry, self.issuer) = (expiry, issuer)
    }

    package func bytes(at now: UnixTime) async throws -> [UInt8] {
        // A clock that was set back makes the age unknown.
        if let file = files.value(for: issuer, if: { $0.at <= now && now < $0.at + Self.lifetime }) {
            return file.bytes
        }
        return try await files.load(issuer) { [expiry, issuer] in
            let entries = try await expiry.calendar(ExpiryFilter(), at: now)
            return Rendered(bytes: CalendarFile(entries, issuer: issuer, at: now).bytes, at: now)
        }.bytes
    }
}
