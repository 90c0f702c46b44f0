import Administration

/// A value and its origin.
struct SourcedValue: Sendable, Equatable {
    let value: TOMLValue
    let origin: Origin

    enum Origin: Sendable, Equatable {
        /// - Parameter line: `nil` if it is not known.
        case file(String, line: Int?)
        case environment(String)
        case flag(String)

        /// Returns the name of a setting in the same kind of source.
        func name(of setting: any SettingEntry) -> String {
            switch self {
            case .file: setting.key
            case .environment: setting.variable ?? setting.key
            case .flag: setting.flag ?? setting.key
            }
        }

        /// The line in the file, if it is known.
        var line: Int? {
            if case .file(_, let line) = self { line } else { nil }
        }
    }
}

extension TOMLValue {
    /// The value as an error message quotes it.
    var quoted: String {
        switch self {
        case .untyped(let text), .string(let text): "'\(VisibleText.of(String(text.prefix(80))))'"
        case .integer(let number): String(number)
        case .boolean(let flag): String(flag)
        case .strings: "a list"
        case .other(let type): type
        }
    }
}
