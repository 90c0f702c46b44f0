import Administration
import Synchronization

/// `GET /calendar/feed/{name}`: what ends, for calendar programs, which cannot sign in. The secret is in the address.
///
/// It reads no cookie and sets none. All that is not an address in force gets one answer. A class because requests share the limits and the
/// file.
final class CalendarFeedEndpoint: Endpoint {
    static let path = CalendarPage.address + "/feed/{name}"
    private static let suffix = ".ics"

    private let store: any Store
    private let file: CalendarFileCache
    private let runtime: Runtime
    /// By who asks, and by what is asked for: an address that became known to many must not cost more than one caller.
    private let limits = Mutex(
        (
            callers: TokenBuckets<String>(atOnce: 30, perHour: 240),
            addresses: TokenBuckets<[UInt8]>(atOnce: 30, perHour: 240)
        ))

    /// - Parameter issuer: of the server, for the calendar's name.
    init(store: any Store, settings: ServerSettings, issuer: String, _ runtime: Runtime) {
        (self.store, self.runtime) = (store, runtime)
        file = CalendarFileCache(ExpiryAdministration(store, settings), issuer: issuer)
    }

    /// The address of a secret, below the console's.
    static func path(_ secret: String) -> String { "\(CalendarPage.address)/feed/\(secret)\(suffix)" }

    /// The URL of a secret.
    ///
    /// - Parameter address: the console's.
    static func url(_ secret: String, below address: ServerURLs) -> String { address.issuer + path(secret) }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = runtime.clock()
        guard limits.withLock({ $0.callers.take(for: request.remoteAddress ?? "", at: now) }) else { return tooMany }
        do {
            let name = request.parameters["name"] ?? ""
            guard name.hasSuffix(Self.suffix),
                let person = try await CalendarFeeds(store).person(of: String(name.dropLast(Self.suffix.count))),
                let feed = person.calendarFeed
            else { return Self.failure(404, "There is no such calendar.\n") }
            // After the look-up, so that guesses do not use up the requests of a calendar.
            guard limits.withLock({ $0.addresses.take(for: feed.digest, at: now) }) else { return tooMany }
            return EndpointResponse(
                status: 200, headers: Self.headers, contentType: CalendarFile.contentType,
                body: try await file.bytes(at: now))
        } catch {
            runtime.report(.storeUnavailable((error as? StoreError)?.message ?? "\(error)"))
            return Self.failure(503, "The server cannot answer now.\n")
        }
    }

    private var tooMany: EndpointResponse {
        let wait = limits.withLock { $0.callers.wait }.components.seconds
        return Self.failure(429, "Too many requests.\n", ["Retry-After": String(wait)])
    }

    /// Nothing in between may keep it, no page may embed it, and nothing is told where it came from.
    private static let headers: HeaderFields = [
        "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin", "X-Robots-Tag": "noindex",
    ]

    private static func failure(_ status: Int, _ text: String, _ more: HeaderFields = [:]) -> EndpointResponse {
        var headers = headers
        for field in more.fields { headers.append(field.name, field.value) }
        return EndpointResponse(
            status: status, headers: headers, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
}
