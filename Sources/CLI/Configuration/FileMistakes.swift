/// What is wrong with a configuration file: its first mistakes, and how many there are besides.
///
/// A file may have 100,000 unknown keys. A mistake is put into words only when it is told.
struct FileMistakes {
    /// How many are told.
    static let maximumTold = 20

    private var found: [(origin: GivenValue.Origin, error: () -> ConfigurationError)] = []

    mutating func add(at origin: GivenValue.Origin, _ error: @autoclosure @escaping () -> ConfigurationError) {
        found.append((origin, error))
    }

    /// In the order of the file; the last one tells how many are left out.
    ///
    /// - Parameter name: the file's.
    func errors(in name: String) -> [ConfigurationError] {
        let ordered = found.enumerated().sorted { left, right in
            (left.element.origin.line ?? .max, left.offset) < (right.element.origin.line ?? .max, right.offset)
        }
        let told = ordered.prefix(Self.maximumTold).map { $0.element.error() }
        guard ordered.count > told.count else { return told }
        let rest = ordered.count - told.count
        return told + [ConfigurationError.count(rest, in: name)]
    }
}

extension GivenValue.Origin {
    /// The line in the file; `nil` elsewhere, and where it could not be found out.
    var line: Int? {
        switch self {
        case .file(_, let line): line
        case .environment, .flag: nil
        }
    }
}
