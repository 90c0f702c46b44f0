/// RFC 6749 §4.1.1: `client_id` names an enabled client that is registered for the grant `authorization_code`.
///
/// Until the client and its redirect URI are known, an error is shown as a page: a redirect would go wherever the caller wants (an *open
/// redirector*, RFC 9700 §4.11).
enum RequestingClient {
    static func find(
        _ form: Form, in clients: ClientResolver, _ runtime: Runtime
    ) async throws(OAuthError) -> ClientRecord {
        guard let sent = form.text("client_id") else {
            throw OAuthError(
                .invalidRequest, "client_id is missing. Send the identifier that the client was registered under.")
        }
        let found: ClientRecord?
        do {
            found = try await clients.record(of: ClientID(sent))
        } catch {
            throw runtime.unavailable(error)
        }
        // A disabled client gets the same answer as an unknown one.
        guard let client = found, client.isEnabled else {
            throw OAuthError(
                .invalidRequest,
                "client_id: \(SentCredentials.quoted(sent)) is not registered with this server, or it is disabled. Check the client's "
                    + "configuration.")
        }
        guard client.grants.contains(.authorizationCode) else {
            throw OAuthError(
                .unauthorizedClient,
                "The client is not registered for the grant authorization_code. Ask the server's operator to add it.")
        }
        return client
    }
}
