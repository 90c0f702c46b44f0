/// A result of one check.
package struct Finding: Sendable, Equatable {
    package let grade: Grade
    package let check: Check
    /// What was found, as a sentence.
    package let text: String
    package var remedy: Remedy?

    package enum Grade: String, Sendable {
        case ok
        /// May become a problem, or weakens security; every client still works.
        case warning
        /// A client cannot authenticate or get its tokens, or access is open that must be restricted.
        case problem
    }

    /// The subject of a check. The names are stable.
    package enum Check: String, Sendable, CaseIterable {
        case certificates
        case keys
        case keySets = "key_sets"
        case keyStore = "keystore"
        case replay
        case strictness
        case administration
        case logouts
        case signing
        case changes
        case files
        case connections

        /// The sentence for a check without findings.
        package var okText: String {
            switch self {
            case .certificates: "No certificate in use has expired or expires within 30 days."
            case .keys: "Every enabled client has a key that can be used."
            case .keySets: "Every key set in use could be read when it was last tried."
            case .keyStore: "Every entry of the key store serves a client."
            case .replay: "There is room for more used assertions."
            case .strictness:
                "No client has the audience profile legacy, may use an assertion twice, or signs people in without PKCE."
            case .administration: "No client may use the admin API, and the groups admin and viewer have no members."
            case .logouts: "Every client confirms the logouts that it is notified of."
            case .signing: "The server has a key for each algorithm that a client gets tokens with."
            case .changes: "The change log is complete, and as it was recorded."
            case .files: "The data directory is its owner's alone."
            case .connections: "As many connections as configured are possible."
            }
        }
    }

    /// The remedy for a finding, as a case with facts; the caller words it.
    package enum Remedy: Sendable, Equatable {
        case addKey(ClientID)
        /// The client may sign with one algorithm only.
        case addKeyOrChangeAlgorithm(ClientID)
        /// The server has no key for what the client is registered with.
        case changeTokenAlgorithm(ClientID, SignedResponse.Choice)
        case removeKey(ClientID, String)
        case addCertificate(ClientID)
        case showClient(ClientID)
        case forbidReuse(ClientID)
        /// The client must be corrected first.
        case leaveLegacyProfile(ClientID)
        case requireProofKey(ClientID)
        case listRedirectURIs(ClientID)
        case replaceEntry(ExactString)
        case removeEntry(ExactString)
        /// Another entry could match the same client.
        case removeEntryOrOther(ExactString)
        /// Makes the entry's certificate one of the client's own keys.
        case moveEntry(ExactString, to: ClientID)
        /// Like `moveEntry`, but the operator chooses the client.
        case moveEntryToChosenClient(ExactString)
        case renameEntry(ExactString, to: String)
        case fetch(url: String)
        case startServer
        case raiseReplayLimit
        case correctClock
        /// Worded by the check.
        case written(String)
    }

    package static func ok(_ check: Check, _ text: String) -> Finding { Finding(grade: .ok, check: check, text: text) }

    package static func warning(_ check: Check, _ text: String, _ remedy: Remedy? = nil) -> Finding {
        Finding(grade: .warning, check: check, text: text, remedy: remedy)
    }

    package static func problem(_ check: Check, _ text: String, _ remedy: Remedy? = nil) -> Finding {
        Finding(grade: .problem, check: check, text: text, remedy: remedy)
    }

    /// - Parameter wording: renders a remedy as text.
    package func json(_ wording: (Remedy) -> String) -> JSONObject {
        [
            "grade": .string(grade.rawValue), "check": .string(check.rawValue), "text": .string(text),
            "remedy": .string(remedy.map(wording)) ?? .null,
        ]
    }
}
