import CountersignClient

/// The result of one check, as the pages show it.
struct Check: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
        case held
        case failed
        /// Not made, for a reason.
        case notMade(String)
    }

    let title: String
    /// The clause that asks for it.
    let source: String
    let outcome: Outcome
    var expected = ""
    var found = ""

    /// A check of equality, byte for byte.
    static func equal(_ title: String, _ source: String, expected: String, found: String?) -> Check {
        let isEqual = found.map { ExactString($0) == ExactString(expected) } ?? false
        return Check(
            title: title, source: source, outcome: isEqual ? .held : .failed, expected: expected,
            found: found ?? "nothing")
    }

    static func that(
        _ condition: Bool, _ title: String, _ source: String, expected: String, found: String
    ) -> Check {
        Check(
            title: title, source: source, outcome: condition ? .held : .failed, expected: expected, found: found)
    }

    static func skipped(_ title: String, _ source: String, because reason: String) -> Check {
        Check(title: title, source: source, outcome: .notMade(reason))
    }
}
