import Administration

/// A type of setting value: how values are read, written, and described in error messages.
struct SettingKind<Value: Sendable>: Sendable {
    /// The allowed values, as a phrase.
    let allowed: String
    /// Returns `nil` for a value that is not allowed.
    let parse: @Sendable (TOMLValue) -> Value?
    /// Returns the value in the form of the file, without quotes.
    let format: @Sendable (Value) -> String
    /// Returns phrases about a value that is not allowed, in addition to `allowed`.
    var diagnose: @Sendable (TOMLValue) -> [String] = { _ in [] }

    /// - Parameter nothing: the default, as a phrase.
    func optional(_ nothing: String = "none") -> SettingKind<Value?> {
        SettingKind<Value?>(
            allowed: allowed, parse: { parse($0).map(Optional.some) }, format: { $0.map(format) ?? nothing },
            diagnose: diagnose
        )
    }
}

extension SettingKind<String> {
    static func text(_ allowed: String = "a non-empty string") -> Self {
        Self(
            allowed: allowed, parse: { $0.stringValue.flatMap { $0.isEmpty || $0.utf8.contains(0) ? nil : $0 } },
            format: { $0 })
    }

    static var path: Self { .text("the path of a file or directory") }

    /// An address for a link in a page.
    static var webAddress: Self {
        Self(
            allowed: "a URL that begins with https:// or http://",
            parse: { value in
                value.stringValue.flatMap { text in
                    let isWeb = text.hasPrefix("https://") || text.hasPrefix("http://")
                    return isWeb && text.utf8.count <= 2000 && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
                        ? text : nil
                }
            }, format: { $0 })
    }
}

extension SettingKind<String?> {
    static func optionalText(_ nothing: String = "none") -> Self { SettingKind<String>.text().optional(nothing) }
    static func optionalPath(_ nothing: String = "none") -> Self { SettingKind<String>.path.optional(nothing) }
}

extension SettingKind<[String]> {
    /// A list of strings, separated by commas in untyped text.
    static var texts: Self {
        Self(
            allowed: "a list of strings",
            parse: { value in
                switch value {
                case .strings(let texts): texts.contains("") ? nil : texts
                case .untyped(let words):
                    words.split(separator: ",").map {
                        String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                    }
                case .string, .integer, .boolean, .other: nil
                }
            }, format: { $0.isEmpty ? "[]" : $0.joined(separator: ",") })
    }

    /// A list of scope tokens (RFC 6749 §3.3).
    static var scopes: Self { scopes { _ in nil } }

    /// Scopes of clients that no operator has registered.
    static var scopesOfStrangers: Self {
        scopes { AdminScope.isReserved($0) ? "is only for clients that the operator registers" : nil }
    }

    /// - Parameter problem: returns what is wrong with a scope token.
    private static func scopes(_ problem: @escaping @Sendable (String) -> String?) -> Self {
        checked("a list of scope tokens, such as [\"reports.read\"]") { text in
            if let problem = problem(text) { return problem }
            guard let tokens = Scope(parsing: text)?.tokens, !tokens.isEmpty else {
                return
                    "is not a scope token: it has a blank, a quotation mark, a backslash or a character that is not ASCII"
            }
            guard tokens != [text] else { return nil }
            return "is not one scope token; write \(tokens.map { "\"\($0)\"" }.joined(separator: ", "))"
        }
    }
}

extension SettingKind<Bool> {
    /// `true` or `false`, quoted or not.
    static var boolean: Self {
        Self(allowed: "true, false", parse: { $0.scalar.flatMap { Bool($0) } }, format: { String($0) })
    }
}

extension SettingKind<Int> {
    /// An integer, quoted or not.
    static func integer(_ range: ClosedRange<Int>, _ unit: String = "") -> Self {
        let allowed = range == Int.min...Int.max ? "a whole number" : "\(range.lowerBound) to \(range.upperBound)"
        return Self(
            allowed: unit.isEmpty ? allowed : "\(allowed) \(unit)",
            parse: { $0.scalar.flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil } }, format: { String($0) })
    }
}

extension SettingKind<PasswordCost> {
    /// The binary logarithm of N, with r = 8 and p = 1.
    static var passwordCost: Self {
        Self(
            allowed: "14 to 18",
            parse: { written in
                let logarithm = written.scalar.flatMap { Int($0) }
                return logarithm.flatMap { $0 < 14 ? nil : PasswordCost(logarithm: $0) }
            }, format: { String($0.logarithm) })
    }
}

extension SettingKind<Duration> {
    /// A number of seconds, or a duration with its unit.
    static func seconds(_ range: ClosedRange<Int>) -> Self { duration(range, 1, "seconds") }

    /// A number of minutes, or a duration with its unit.
    static func minutes(_ range: ClosedRange<Int>) -> Self { duration(range, 60, "minutes") }

    /// A number of hours, or a duration with its unit.
    static func hours(_ range: ClosedRange<Int>) -> Self { duration(range, 3600, "hours") }

    /// - Parameters:
    ///   - range: in units.
    ///   - unit: in seconds.
    private static func duration(_ range: ClosedRange<Int>, _ unit: Int, _ name: String) -> Self {
        Self(
            allowed: "\(range.lowerBound) to \(range.upperBound) \(name)",
            parse: { value in
                let seconds = value.scalar.flatMap { DurationText.seconds($0, plain: unit) }
                let allowed = (range.lowerBound * unit)...(range.upperBound * unit)
                return seconds.flatMap { allowed.contains($0) ? .seconds($0) : nil }
            },
            format: { value in
                let seconds = Int(value.components.seconds)
                return seconds.isMultiple(of: unit) ? String(seconds / unit) : "\(seconds)s"
            })
    }
}

extension SettingKind where Value: Equatable {
    /// One of several names, in upper or lower case.
    static func choice(_ choices: [(name: String, value: Value)]) -> Self {
        Self(
            allowed: choices.map(\.name).joined(separator: ", "),
            parse: { written in choices.first { $0.name.lowercased() == written.stringValue?.lowercased() }?.value },
            format: { value in choices.first { $0.value == value }?.name ?? "" })
    }

    /// One of several values, by their raw values.
    static func choice(of values: [Value]) -> Self where Value: RawRepresentable<String> {
        choice(values.map { ($0.rawValue, $0) })
    }
}
