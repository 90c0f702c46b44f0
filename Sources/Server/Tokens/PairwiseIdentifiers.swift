import Crypto

/// The pairwise identifiers of people and their sessions (OpenID Connect Core §8.1): clients of different sectors cannot compare them.
///
/// HMAC-SHA256 over the sector and the identifier. The keys are derived from the master key and so never rotate: `sub` never changes.
struct PairwiseIdentifiers: Sendable {
    private let subjects: HMAC<SHA256>
    private let sessions: HMAC<SHA256>

    init(masterKey: MasterKey) {
        subjects = HMAC(key: masterKey.derivedKey(for: "countersign/pairwise-subjects/1"))
        sessions = HMAC(key: masterKey.derivedKey(for: "countersign/pairwise-sessions/1"))
    }

    /// Returns `sub` of a person for a client.
    func subject(of user: UserID, for client: ClientRecord) -> String {
        identifier(user.text, for: client, subjects)
    }

    /// Returns `sid` of a session for a client.
    func sessionID(_ session: String, for client: ClientRecord) -> String {
        identifier(session, for: client, sessions)
    }

    private func identifier(_ text: String, for client: ClientRecord, _ keyed: HMAC<SHA256>) -> String {
        switch client.signIn.subjectType {
        case .public: return text
        case .pairwise:
            var code = keyed
            code.update(data: Array(Sector(of: client).text.utf8))
            // Neither part contains a NUL, so different pairs are different texts.
            code.update(data: [0])
            code.update(data: Array(text.utf8))
            return Base64URL.encode(Array(code.finalize()))
        }
    }
}
