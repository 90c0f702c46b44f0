import Fetching

/// The check of `sector_identifier_uri` (OpenID Connect Registration §5): the owner of its host lists the redirect URIs that belong together.
struct SectorIdentifier: Sendable {
    let reader: any RemoteReader
    /// Limits fetches for callers that have proved nothing.
    let semaphore: FetchSemaphore
    let rateLimit: HostRateLimit

    private static let maximumCount = 1000

    /// - Throws: a fault if the document cannot be read or does not list each redirect URI.
    func check(
        _ client: ClientRecord, _ origin: DynamicRegistration.Origin, at now: UnixTime
    ) async throws(MetadataFault) {
        guard let url = client.signIn.sectorIdentifier else { return }
        let text = ExactString(url)
        let fetchOrigin = FetchOrigin.stranger(text)
        guard semaphore.hasRoom(for: fetchOrigin), rateLimit.admit(stranger: fetchOrigin.source, at: now) else {
            throw Self.fault("cannot be read now, because too many documents of this host are being read")
        }
        let result = await semaphore.withPermit(for: fetchOrigin) {
            await reader.read(.sectorIdentifier(isOfStranger: origin == .open), at: text, etag: nil)
        }
        // The reason is withheld, because it would reveal what this server can reach.
        guard case .received(let body, _, _) = result else { throw Self.fault("cannot be read") }
        guard case .array(let elements)? = try? JSONValue(parsing: body), elements.count <= Self.maximumCount else {
            throw Self.fault("does not lead to a JSON array of redirect URIs")
        }
        let missing = client.signIn.redirectURIs.first { uri in
            !elements.contains { if case .string(let listed) = $0 { listed == ExactString(uri) } else { false } }
        }
        if let missing {
            throw Self.fault("leads to a list without the redirect URI \(SentCredentials.quoted(missing))")
        }
    }

    private static func fault(_ problem: String) -> MetadataFault {
        MetadataFault("sector_identifier_uri", "sector_identifier_uri \(problem)")
    }
}

extension FetchOrigin {
    /// Returns the origin for a document that an unproven caller names.
    static func stranger(_ url: ExactString) -> FetchOrigin {
        FetchOrigin(source: (try? RemoteURL(url.text, allowsHTTPOnLoopback: true).host) ?? "", isProven: false)
    }
}
