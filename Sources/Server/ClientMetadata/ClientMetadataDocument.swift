import Fetching

/// Metadata that a client publishes at its identifier (draft-ietf-oauth-client-id-metadata-document §4), within the operator's limits.
struct ClientMetadataDocument: Sendable {
    let record: ClientRecord
    /// The keys of `jwks`; empty if they are at a `jwks_uri`.
    let keys: [ClientKey]

    /// - Parameter algorithms: those that this server signs with.
    /// - Throws: `ClientMetadataFault.document`, for the first fault.
    init(
        _ body: [UInt8], of url: ClientIDURL, _ settings: ClientMetadataSettings, algorithms: [SignatureAlgorithm],
        at now: UnixTime
    ) throws(ClientMetadataFault) {
        let object: JSONObject
        do {
            // Some serializers write unset members as null.
            object = try JSONObject(document: body).withoutNullMembers
        } catch {
            throw .document("not valid JSON: \(error.phrase)")
        }
        // Simple string comparison (RFC 3986 §6.2.1): only the document at a URL describes the client of that URL.
        guard object.string("client_id") == url.text else { throw .document("its client_id is not this URL") }
        var metadata: ClientMetadata
        do {
            metadata = try ClientMetadata(
                parsing: object, of: ClientID(url.text),
                by: .documentAtURL(allowsHTTPOnLoopback: settings.allowsHTTPOnLoopback, algorithms: algorithms), at: now
            )
        } catch {
            throw .document(error.phrase)
        }
        if let keySetURL = metadata.record.keySetURL {
            let keySet = try? RemoteURL(keySetURL, allowsHTTPOnLoopback: settings.allowsHTTPOnLoopback)
            guard let keySet, settings.allows(host: keySet.host) else {
                throw .document("the host of jwks_uri is not an allowed host")
            }
        }
        // The operator sets the maximum: a client can ask for less, but not for more.
        let asked = metadata.record.scopes
        let asksForAll = object["scope"] == nil
        metadata.record.scopes = AdminScope.removed(from: settings.scopes).filter { asksForAll || asked.contains($0) }
        metadata.record.metadataHost = url.host
        metadata.record.registrationOrigin = .document
        record = metadata.record
        keys = (metadata.keys ?? []).map { ClientKey($0) }
    }
}
