import CountersignJOSE

/// What one check found.
struct Finding: Sendable, Equatable {
    let grade: Grade
    let check: Check
    /// What is so, as a sentence.
    let text: String
    /// What to do, if anything.
    let remedy: String?

    /// How grave it is.
    enum Grade: String, Sendable {
        case ok
        /// Nobody is kept out by it; it may become a problem, or weakens what is there.
        case warning
        /// Somebody is kept out, or something is open that must not be.
        case problem
    }

    /// What is looked after. The names are stable.
    enum Check: String, Sendable, CaseIterable {
        case certificates
        case keys
        case keySets = "key_sets"
        case keyStore = "keystore"
        case replay
        case strictness
        case files
        case connections

        /// What is so where nothing was found.
        var allWell: String {
            switch self {
            case .certificates: "No certificate in use has run out or runs out within 30 days."
            case .keys: "Every enabled client has a key that can be used."
            case .keySets: "Every key set in use could be read when it was last tried."
            case .keyStore: "Every entry of the key store serves a client."
            case .replay: "There is room for used assertions to be remembered."
            case .strictness: "No client has the audience profile legacy or may use an assertion twice."
            case .files: "The data directory is its owner's alone."
            case .connections: "Nothing is known against maximum_connections."
            }
        }
    }

    init(_ grade: Grade, _ check: Check, _ text: String, remedy: String? = nil) {
        self.grade = grade
        self.check = check
        self.text = text
        self.remedy = remedy
    }

    /// In one line.
    func line(on terminal: Terminal) -> String {
        let style: Terminal.Style =
            switch grade {
            case .ok: .green
            case .warning: .yellow
            case .problem: .red
            }
        let grade = terminal.styled(Columns.padded(grade.rawValue, to: 7), style)
        let remedy = remedy.map { " To do: \($0)" } ?? ""
        return "\(grade)  \(VisibleText.oneLine(text + remedy))"
    }

    /// For programs.
    var json: JSONObject {
        [
            "grade": .string(grade.rawValue), "check": .string(check.rawValue),
            "text": .string(text),
            "remedy": .string(remedy) ?? .null,
        ]
    }
}
