/// A cached metadata document, or the reason why there is none.
final class MetadataCopy: RemoteCopy {
    /// A valid document.
    struct Document: Sendable {
        let client: RegisteredClient
        let body: [UInt8]
        let etag: String?
    }

    /// The document received last; `nil` if it cannot be used.
    let document: Document?
    /// Why the last attempt failed; `nil` if it succeeded.
    let fault: ClientMetadataFault?
    let freshness: Freshness
    private let failures: Int
    /// When the last attempt ended.
    private let attemptedAt: UnixTime

    /// The pause before an unavailable document is read again. It protects the document's host, and is not a cached error
    /// (draft-ietf-oauth-client-id-metadata-document-02 §5.2).
    private static let retryDelay: Duration = .seconds(5)
    /// The longest pause between attempts while an earlier copy is used instead.
    private static let longestRetry: Duration = .seconds(60)

    var client: RegisteredClient? { document?.client }

    /// The copy after an attempt.
    ///
    /// - Parameters:
    ///   - known: the previous copy.
    ///   - algorithms: those that this server signs with.
    ///   - jitter: 0 to 1.
    init(
        of url: ClientIDURL, after result: ReadResult, _ known: MetadataCopy?, _ settings: ClientMetadataSettings,
        algorithms: [SignatureAlgorithm], at now: UnixTime, jitter: Double
    ) {
        attemptedAt = now
        do throws(ClientMetadataFault) {
            let (received, lifetime) = try Self.document(
                of: url, result, known?.document, settings, algorithms, at: now)
            (document, fault, failures) = (received, nil, 0)
            freshness = .received(at: now, lifetime: lifetime, jitter: jitter)
        } catch {
            // Invalid content is not an outage, so the earlier content is not used any more.
            let isOutage: Bool = if case .unreadable = error { true } else { false }
            let kept = isOutage ? known?.document : nil
            let before = kept == nil ? nil : known?.freshness
            (document, fault, failures) = (kept, error, (known?.failures ?? 0) + 1)
            freshness = (before ?? Freshness(nextAttemptAt: now))
                .failed(at: now, failures: failures, error.phrase, longest: Self.longestRetry)
        }
    }

    /// Returns what a request may do with the copy. A clock that was set back ends the pause before the next attempt.
    func usability(at now: UnixTime, grace: Duration) -> Freshness.Usability {
        if document != nil, freshness.usability(at: now, grace: grace) == .usable { return .usable }
        guard let fault, attemptedAt <= now, now < attemptedAt + Self.retryDelay else { return .mustBeRead }
        return .unavailable(fault.phrase)
    }

    private static func document(
        of url: ClientIDURL, _ result: ReadResult, _ known: Document?, _ settings: ClientMetadataSettings,
        _ algorithms: [SignatureAlgorithm], at now: UnixTime
    ) throws(ClientMetadataFault) -> (Document, lifetime: Duration?) {
        let (body, etag, lifetime): ([UInt8], String?, Duration?)
        switch result {
        case .failed(let reason): throw .unreadable(reason)
        case .notModified(let allowed):
            guard let known else { throw .unreadable("the server answered 304, but there is no copy") }
            (body, etag, lifetime) = (known.body, known.etag, allowed)
        case .received(let received, let tag, let allowed): (body, etag, lifetime) = (received, tag, allowed)
        }
        let document = try ClientMetadataDocument(body, of: url, settings, algorithms: algorithms, at: now)
        let registration = ClientRegistration(client: document.record, keys: [])
        let client = registration.registeredClient.with(keys: document.keys)
        return (Document(client: client, body: body, etag: etag), lifetime)
    }
}
