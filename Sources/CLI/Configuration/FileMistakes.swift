/// The first mistakes of a configuration file, and the number of the others.
///
/// A file may have 100,000 unknown keys, so a mistake is put into words only when it is reported.
struct FileMistakes {
    static let maximumReported = 20

    private var found: [(origin: GivenValue.Origin, error: () -> ConfigurationError)] = []

    mutating func add(at origin: GivenValue.Origin, _ error: @autoclosure @escaping () -> ConfigurationError) {
        found.append((origin, error))
    }

    /// The mistakes in the order of the file; the last error counts those that are left out.
    func errors(in name: String) -> [ConfigurationError] {
        let ordered = found.enumerated().sorted { left, right in
            (left.element.origin.line ?? .max, left.offset) < (right.element.origin.line ?? .max, right.offset)
        }
        let reported = ordered.prefix(Self.maximumReported).map { $0.element.error() }
        guard ordered.count > reported.count else { return reported }
        let rest = ordered.count - reported.count
        return reported + [ConfigurationError.count(rest, in: name)]
    }
}
