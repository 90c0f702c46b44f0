/// The variables of the environment that a file from elsewhere may name: those that the person who runs the command has allowed.
///
/// A value that comes over stands in a configuration file, and what is accepted in `aud` is told to clients.
struct ImportedEnvironment {
    let allowed: Set<String>
    let variables: [String: String]

    /// What becomes of a placeholder.
    enum Lookup: Equatable {
        case value(String)
        /// It is allowed, and not set.
        case unset
        case notAllowed
        /// Countersign's own, the master key among them: no option allows it.
        case reserved
    }

    func look(up name: String) -> Lookup {
        if Self.isReserved(name) { return .reserved }
        guard allowed.contains(name) else { return .notAllowed }
        return variables[name].map { .value($0) } ?? .unset
    }

    static func isReserved(_ name: String) -> Bool { name.uppercased().hasPrefix("COUNTERSIGN_") }
}
