/// Why a configuration is not accepted: where, which key, what is wrong with it, and what is allowed.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    let origin: GivenValue.Origin
    /// As it stands in the file; empty where the text itself is wrong.
    let key: String
    let problem: String
    /// `nil` where the problem says it all.
    let allowed: String?

    init(_ origin: GivenValue.Origin, key: String, _ problem: String, allowed: String? = nil) {
        self.origin = origin
        self.key = key
        self.problem = problem
        self.allowed = allowed
    }

    /// One line: `FILE:LINE: KEY: PROBLEM; allowed: …`, or with the variable's or the flag's name at its head.
    var description: String {
        let end = problem + (allowed.map { "; allowed: \($0)" } ?? "")
        switch origin {
        case .file(let name, let line):
            let place = line.map { "\(name):\($0)" } ?? name
            return key.isEmpty ? "\(place): \(end)" : "\(place): \(VisibleText.of(key)): \(end)"
        case .environment(let name): return "\(name): \(end)"
        case .flag(let name): return "\(name): \(end)"
        }
    }

    /// The line in the file, for telling which of several errors comes first.
    var line: Int? { origin.line }
}
