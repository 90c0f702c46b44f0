import Crypto

/// The pairwise subject identifiers of people (OpenID Connect Core §8.1).
///
/// HMAC-SHA256 over the sector and the person's identifier. Its key is derived from the master key and so never rotates: a client must
/// recognise a person for ever.
struct PairwiseSubjects: Sendable {
    private let keyed: HMAC<SHA256>

    init(masterKey: MasterKey) {
        keyed = HMAC(key: masterKey.derivedKey(for: "countersign/pairwise-subjects/1"))
    }

    /// Returns `sub` of a person for a client.
    func subject(of user: UserID, for client: ClientRecord) -> String {
        switch client.signIn.subjectType {
        case .public: return user.text
        case .pairwise:
            var code = keyed
            code.update(data: Array(Self.sector(of: client).utf8))
            // Neither part contains a NUL, so different pairs are different texts.
            code.update(data: [0])
            code.update(data: Array(user.text.utf8))
            return Base64URL.encode(Array(code.finalize()))
        }
    }

    /// The host of `sector_identifier_uri`, or else of the first redirect URI, in lower case; the client itself if neither has one.
    ///
    /// Registration refuses pairwise clients with several hosts and without `sector_identifier_uri` (§8.1).
    static func sector(of client: ClientRecord) -> String {
        let uris = [client.signIn.sectorIdentifier].compactMap(\.self) + client.signIn.redirectURIs
        return uris.lazy.compactMap(host).first ?? client.id.text
    }

    /// RFC 3986 §3.2.2.
    private static func host(of uri: String) -> String? {
        guard let start = uri.firstRange(of: "://") else { return nil }
        let authority = uri[start.upperBound...].prefix { !"/?#".contains($0) }
        let address = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let host =
            address.hasPrefix("[")
            ? address.prefix { $0 != "]" }.dropFirst() : address.prefix { $0 != ":" }
        return host.isEmpty ? nil : host.lowercased()
    }
}
