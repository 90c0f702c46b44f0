/// When a sign-in to the console ends by itself, as things stand.
struct SignInEnd: Sendable, Equatable {
    /// Without another use.
    let at: UnixTime
    /// In any case.
    let latest: UnixTime

    /// Whether another use makes it later.
    var canWait: Bool { at < latest }

    /// In whole seconds, which have all passed when the sign-in ends.
    func left(at now: UnixTime) -> Int64 { max(0, (at - now).milliseconds / 1000) }
}

/// `GET /sign-in-end`: when the person is signed out, for the script of each page. Asking is not a use; with `?use=true` it is one.
struct SignInEndEndpoint: Endpoint {
    static let path = "/sign-in-end"

    let services: ConsoleServices

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        if request.isOfAnotherSite { return LiveEndpoint.plain(403, "Another site asks.") }
        let now = services.runtime.clock()
        do throws(OAuthError) {
            guard
                let current = try await services.sessions.current(request, at: now, isUse: request.query == "use=true"),
                current.person.mayLook
            else { return LiveEndpoint.ended }
            let end = current.person.end
            let answer: JSONObject = [
                "left": .number(end.left(at: now)), "at": .string(ShownTime.clock(end.at, withSeconds: true)),
                "can_wait": .boolean(end.canWait),
            ]
            var response = EndpointResponse(
                status: 200, headers: ConsoleRenderer.headers, contentType: "application/json", body: answer.rendered())
            for cookie in current.cookies { response.headers.append("Set-Cookie", cookie) }
            return response
        } catch {
            return LiveEndpoint.plain(503, "Nothing is known now.")
        }
    }
}
