/// The record of an authorization request that was refused on a page, for the operator to find under the reference on that page.
struct AuthorizationAudit: Sendable {
    /// Keeps a bounded number of entries; these are of callers who proved nothing.
    let log: any AuditLog
    let runtime: Runtime

    func record(
        _ error: OAuthError, _ form: Form?, of client: ClientRecord?, request: EndpointRequest, at now: UnixTime
    ) -> Reference {
        let reference = Reference.random()
        let claimed = client?.id.text ?? form?.text("client_id")
        log.record(
            AuditEntry(
                reference: reference, at: now, clientID: claimed.map { shortened($0) }, isProven: false,
                code: error.code.rawValue, endpoint: request.path, remoteAddress: request.remoteAddress,
                trace: RequestRecord(error, form, isRegistered: client != nil).text))
        runtime.report(
            .authorizationRefused(
                error.code, client: claimed.map { shortened($0, to: 64) }, address: request.remoteAddress,
                reference: reference))
        return reference
    }
}

/// The audit log's record of a refused authorization request: why, and a few parameters to compare. `state`, `nonce` and the like are not
/// kept.
package struct RequestRecord: Sendable {
    /// What is wrong and what to do.
    package let detail: String
    /// Whether the client is registered and enabled.
    package let isRegistered: Bool
    /// Selected parameters, shortened.
    package let parameters: JSONObject

    private static let kept = ["redirect_uri", "response_type", "response_mode", "scope", "resource", "prompt"]

    init(_ error: OAuthError, _ form: Form?, isRegistered: Bool) {
        detail = shortened(error.description, to: 1024)
        self.isRegistered = isRegistered
        parameters = JSONObject(
            Self.kept.compactMap { name in form?.text(name).map { (name, .string(shortened($0))) } })
    }

    /// Parses a record that `text` rendered.
    package init?(text: String) {
        guard let object = try? JSONObject(parsing: Array(text.utf8)), case .object(let request)? = object["request"],
            let detail = request.string("detail"), case .boolean(let isRegistered)? = request["registered"],
            case .object(let parameters)? = request["parameters"]
        else { return nil }
        self.detail = detail.text
        self.isRegistered = isRegistered
        self.parameters = parameters
    }

    /// The record as one JSON object.
    package var text: String { JSONValue.object(["request": .object(json)]).render() }

    package var json: JSONObject {
        ["detail": .string(detail), "registered": .boolean(isRegistered), "parameters": .object(parameters)]
    }
}
