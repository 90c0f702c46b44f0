/// The record of a refused registration, for the operator to find under the reference in the response.
struct RegistrationAudit: Sendable {
    /// Keeps a bounded number of entries; these are of callers who proved nothing.
    let log: any AuditLog
    let runtime: Runtime

    private static let kept = [
        "client_name", "redirect_uris", "grant_types", "token_endpoint_auth_method", "scope", "jwks_uri",
        "sector_identifier_uri",
    ]

    /// Records a refusal, and returns the error with its reference.
    func record(
        _ error: OAuthError, _ metadata: JSONObject, of client: ClientID?, request: EndpointRequest, at now: UnixTime
    ) -> OAuthError {
        let reference = Reference.random()
        let parameters = Self.kept.compactMap { name in
            metadata[name].map { (name, JSONValue.string(shortened(Self.text($0)))) }
        }
        log.record(
            AuditEntry(
                reference: reference, at: now, clientID: client?.text, isProven: false, code: error.code.rawValue,
                endpoint: shortened(request.path), remoteAddress: request.remoteAddress,
                trace: RequestRecord(error, JSONObject(parameters), isRegistered: client != nil).text))
        runtime.report(.registrationRefused(error.code, address: request.remoteAddress, reference: reference))
        return error.with(reference)
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { text.text } else { value.render() }
    }
}

extension RequestRecord {
    fileprivate init(_ error: OAuthError, _ parameters: JSONObject, isRegistered: Bool) {
        detail = shortened(error.description, to: 1024)
        self.isRegistered = isRegistered
        self.parameters = parameters
    }
}
