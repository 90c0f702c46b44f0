import Administration

/// The part of a page that the browser asks for again each second.
protocol LivePart: Sendable {
    /// Below the console's address.
    var path: String { get }

    /// Returns what has changed. It must not depend on who asks, so that the work can be shared.
    func event(_ ask: LiveAsk) async throws -> LiveEvent
}

/// One request for a live part.
struct LiveAsk: Sendable {
    let query: Form?
    /// The identifier of the last event that the browser has got.
    let last: String?
    /// Who asks, for limits only.
    let person: UserID
    let store: any Store
    /// The console's path.
    let base: String
    let now: UnixTime

    /// The longest identifier of an event, in bytes.
    private static let maximumLength = 64

    init(_ request: EndpointRequest, by person: UserID, _ services: ConsoleServices, at now: UnixTime) {
        query = request.query.flatMap { try? Form(parsing: $0.utf8) }
        // A browser that begins anew sends no header field, so the script repeats the identifier in the query.
        let sent = request.headers["Last-Event-ID"] ?? query?.text("from")
        last = sent.flatMap { $0.utf8.count <= Self.maximumLength ? $0 : nil }
        (self.person, store, base, self.now) = (person, services.store, services.address.path, now)
    }
}

/// What has changed in a live part.
struct LiveEvent: Sendable {
    /// Letters, digits, hyphens and dots.
    let id: String
    /// JSON, on one line.
    let data: [UInt8]
    /// The time in milliseconds after which a browser asks again.
    var interval = Self.interval

    static let interval = 1000

    /// The event in a stream that ends with it (HTML §9.2.6).
    var body: [UInt8] {
        Array("retry: \(interval)\nid: \(id)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }
}

/// A live part as an event stream that ends after one event (docs/decisions/0060-live-parts.md).
///
/// The browser's `EventSource` asks again by itself. So each request is short and is checked like any other, no connection is held, and a
/// server that stops waits for no one.
struct LiveEndpoint: Endpoint {
    let part: any LivePart
    let services: ConsoleServices

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        if request.isOfAnotherSite { return Self.plain(403, "Another site asks.") }
        let clock = services.runtime.clock
        do {
            // Watching is not using: a page that is left open must not keep its person signed in.
            guard let current = try await services.sessions.current(request, at: clock(), isUse: false),
                current.person.mayLook
            else { return Self.ended }
            // The store has been asked meanwhile, so the time is read again: what is shared goes by it.
            let ask = LiveAsk(request, by: current.person.user.id, services, at: clock())
            let event = try await part.event(ask)
            return EndpointResponse(
                status: 200, headers: ConsoleRenderer.headers, contentType: "text/event-stream", body: event.body)
        } catch {
            let failure = ConsoleFailure(error)
            if let event = failure.event(for: error) { services.runtime.report(event) }
            return Self.plain(failure.status, "Nothing can be shown now.")
        }
    }

    /// The answer with which a browser stops to ask (HTML §9.2.3): to people who are not signed in, or may not look any more.
    static let ended = EndpointResponse(
        status: 204, headers: ConsoleRenderer.headers, contentType: "text/plain; charset=utf-8", body: [])

    static func plain(_ status: Int, _ text: String) -> EndpointResponse {
        EndpointResponse(
            status: status, headers: ConsoleRenderer.headers, contentType: "text/plain; charset=utf-8",
            body: Array((text + "\n").utf8))
    }
}

extension EndpointRequest {
    /// Whether a browser says that another site asks. The answers of scripts' requests are unreadable there in any case; this keeps other
    /// sites from making the server work.
    var isOfAnotherSite: Bool {
        switch headers["Sec-Fetch-Site"] {
        case nil, "same-origin", "none": false
        default: true
        }
    }
}
