extension RefusalAudit {
    private static let kept = [
        "client_name", "redirect_uris", "grant_types", "token_endpoint_auth_method", "scope", "jwks_uri",
        "sector_identifier_uri",
    ]

    /// Records why a registration was refused, and returns the error with its reference.
    ///
    /// - Parameter client: the registered client that wanted to change itself.
    func error(
        for refusal: OAuthError, _ metadata: JSONObject, of client: ClientID?, request: EndpointRequest,
        at now: UnixTime
    ) -> OAuthError {
        let kept = Self.kept.compactMap { name in
            metadata[name].map { (name, JSONValue.string(shortened(Self.text($0)))) }
        }
        let trace = RequestRecord(refusal, parameters: JSONObject(kept), isRegistered: client != nil).text
        let reference = record(
            refusal.code.rawValue, of: client?.text, trace: trace, request: request, at: now
        ) { _, reference in
            .registrationRefused(refusal.code, address: request.remoteAddress, reference: reference)
        }
        return refusal.with(reference)
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { text.text } else { value.render() }
    }
}
