import HTTP

/// The address at which people open the playground, and the checks that keep other websites out of it.
///
/// Any website can make a browser send requests to a loopback port. A name of its own that it lets resolve to loopback (DNS rebinding) is
/// in `Host`; a form that it submits has its own address in `Origin`.
package struct LoopbackOrigin: Sendable {
    /// `http://127.0.0.1:8710`.
    package let text: String
    /// `127.0.0.1:8710`.
    private let authority: String

    /// - Parameter authority: host and port, as in a URL.
    package init(authority: String) {
        self.authority = authority
        text = "http://" + authority
    }

    /// The redirect URI of the playground's client.
    package var redirectURI: String { text + "/callback" }
    /// The place to which people return after signing out.
    package var signedOutURI: String { text + "/signed-out" }

    /// Returns the answer to a request that did not come from the playground's own pages; `nil` if it did.
    func refusal(of request: EndpointRequest) -> EndpointResponse? {
        // RFC 9110 §4.2.3: host names are compared without regard to case.
        guard request.headers["Host"]?.lowercased() == authority.lowercased() else {
            return Self.text(421, "This is the playground at \(text). Open that address.")
        }
        guard request.method != "POST" || request.headers["Origin"] == text else {
            return Self.text(403, "This form did not come from the playground's own pages. Open \(text).")
        }
        return nil
    }

    private static func text(_ status: Int, _ text: String) -> EndpointResponse {
        EndpointResponse(
            status: status, headers: .uncached, contentType: "text/plain; charset=utf-8",
            body: Array((text + "\n").utf8))
    }
}

/// An endpoint of the playground, behind the checks of `LoopbackOrigin`.
struct LocalEndpoint: Endpoint {
    let origin: LoopbackOrigin
    let answer: @Sendable (EndpointRequest) async -> EndpointResponse

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        if let refusal = origin.refusal(of: request) { return refusal }
        return await answer(request)
    }
}
