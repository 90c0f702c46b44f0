import Administration
import Synchronization

/// `GET /calendar/feed/{name}`: what ends, for calendar programs, which cannot sign in. The secret is in the address.
///
/// It reads no cookie and sets none. All that is not an address in force gets one answer. A class because requests share the limits.
final class CalendarFeedEndpoint: Endpoint {
    static let path = CalendarPage.address + "/feed/{name}"
    private static let suffix = ".ics"

    private let store: any Store
    private let settings: ServerSettings
    /// Of the server, for the calendar's name.
    private let issuer: String
    private let runtime: Runtime
    /// By the caller's address.
    private let buckets = Mutex(TokenBuckets<String>(atOnce: 30, perHour: 240))

    init(store: any Store, settings: ServerSettings, issuer: String, _ runtime: Runtime) {
        (self.store, self.settings, self.issuer, self.runtime) = (store, settings, issuer, runtime)
    }

    /// The address of a secret, below the console's.
    static func path(_ secret: String) -> String { "\(CalendarPage.address)/feed/\(secret)\(suffix)" }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = runtime.clock()
        let isAdmitted = buckets.withLock { $0.take(for: request.remoteAddress ?? "", at: now) }
        guard isAdmitted else {
            let wait = buckets.withLock { $0.wait }.components.seconds
            return Self.failure(429, "Too many requests.\n", ["Retry-After": String(wait)])
        }
        do {
            let name = request.parameters["name"] ?? ""
            guard name.hasSuffix(Self.suffix),
                try await CalendarFeeds(store).person(of: String(name.dropLast(Self.suffix.count))) != nil
            else { return Self.failure(404, "There is no such calendar.\n") }
            let entries = try await ExpiryAdministration(store, settings).calendar(ExpiryFilter(), at: now)
            let file = CalendarFile(entries, issuer: issuer, at: now)
            return EndpointResponse(
                status: 200, headers: Self.headers, contentType: CalendarFile.contentType, body: file.bytes)
        } catch {
            runtime.report(.storeUnavailable((error as? StoreError)?.message ?? "\(error)"))
            return Self.failure(503, "The server cannot answer now.\n")
        }
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
