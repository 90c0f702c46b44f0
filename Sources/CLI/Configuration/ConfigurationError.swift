import Administration

/// A mistake in a configuration: its location, the key, the problem, and the allowed values.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    let origin: SourcedValue.Origin
    /// Empty if the mistake does not concern a key.
    let key: String
    let problem: String
    let allowed: String?
    /// A similar known name, for "Did you mean …?".
    let suggestion: String?
    /// Further mistakes of the same configuration.
    private(set) var others: [ConfigurationError] = []

    init(
        _ origin: SourcedValue.Origin, key: String, _ problem: String, allowed: String? = nil, suggestion: String? = nil
    ) {
        self.origin = origin
        self.key = key
        self.problem = problem
        self.allowed = allowed
        self.suggestion = suggestion
    }

    /// Runs a step that parses a TOML file, and converts its error.
    static func reading<Value>(
        _ name: String, _ body: () throws(TOMLError) -> Value
    ) throws(ConfigurationError) -> Value {
        do throws(TOMLError) {
            return try body()
        } catch {
            throw ConfigurationError(.file(name, line: error.line), key: "", error.phrase)
        }
    }

    /// Joins several mistakes into one error, without duplicates; those in the file keep its order.
    ///
    /// - Returns: `nil` for no mistakes.
    static func joined(_ errors: [ConfigurationError]) -> ConfigurationError? {
        let single = errors.reduce(into: [ConfigurationError]()) { list, error in
            var (first, others) = (error, error.others)
            first.others = []
            others.insert(first, at: 0)
            for error in others where !list.contains(error) { list.append(error) }
        }
        let ordered = single.enumerated().sorted { left, right in
            (left.element.place, left.offset) < (right.element.place, right.offset)
        }.map(\.element)
        guard var first = ordered.first else { return nil }
        first.others = Array(ordered.dropFirst())
        return first
    }

    /// A sentence for each mistake: `FILE:LINE: KEY: PROBLEM. Allowed: ALLOWED`, or starting with the name of the variable or flag.
    var sentences: [String] { [sentence] + others.map(\.sentence) }

    var description: String { sentences.joined(separator: "\n") }

    private var sentence: String {
        let advice = suggestion.map { ". Did you mean '\($0)'?" } ?? allowed.map { ". Allowed: \($0)." } ?? "."
        switch origin {
        case .file(let name, let line):
            let place = line.map { "\(name):\($0)" } ?? name
            return key.isEmpty
                ? "\(place): \(problem)\(advice)"
                : "\(place): \(ShortText.name(VisibleText.of(key))): \(problem)\(advice)"
        case .environment(let name), .flag(let name):
            return "\(name)\(problem.hasPrefix("is ") ? "" : ":") \(problem)\(advice)"
        }
    }

    /// The sort key: flags and the environment, then the lines of the file, then the count.
    private var place: Int {
        switch origin {
        case .flag, .environment: -1
        // The count of the omitted mistakes has no key.
        case .file(_, let line): line ?? (key.isEmpty ? .max : .max - 1)
        }
    }
}

/// A collector of the mistakes in a configuration, so that all of them are reported at once.
struct ErrorCollector {
    private var errors: [ConfigurationError] = []

    mutating func add(_ error: ConfigurationError) {
        errors.append(error)
    }

    /// Runs a check and records its error.
    mutating func collect(_ check: () throws(ConfigurationError) -> Void) {
        do throws(ConfigurationError) {
            try check()
        } catch {
            errors.append(error)
        }
    }

    /// - Throws: all mistakes as one error.
    func check() throws(ConfigurationError) {
        if let error = ConfigurationError.joined(errors) { throw error }
    }
}

/// The first mistakes in a configuration file, and the number of the others.
///
/// A file may have 100,000 unknown keys, so the text of a mistake is built only when it is reported.
struct FileErrors {
    static let maximumReported = 20

    private var found: [(origin: SourcedValue.Origin, error: () -> ConfigurationError)] = []

    mutating func add(at origin: SourcedValue.Origin, _ error: @autoclosure @escaping () -> ConfigurationError) {
        found.append((origin, error))
    }

    /// Returns the mistakes in the order of the file; the last error counts the omitted ones.
    func errors(in name: String) -> [ConfigurationError] {
        let ordered = found.enumerated().sorted { left, right in
            (left.element.origin.line ?? .max, left.offset) < (right.element.origin.line ?? .max, right.offset)
        }
        let reported = ordered.prefix(Self.maximumReported).map { $0.element.error() }
        guard ordered.count > reported.count else { return reported }
        let rest = "and \(ordered.count - reported.count) more mistakes like these"
        return reported + [ConfigurationError(.file(name, line: nil), key: "", rest)]
    }
}
