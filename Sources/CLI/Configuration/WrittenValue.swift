/// A value as an operator wrote it, before anybody asked what it means.
enum WrittenValue: Sendable, Equatable {
    /// In the environment, or as a flag: a word without a type.
    case word(String)
    /// A TOML string.
    case text(String)
    case integer(Int)
    case boolean(Bool)
    /// A TOML array of strings.
    case texts([String])
    /// Something of a type that no setting has; the type's name.
    case other(String)

    /// The text of a word or a string.
    var plain: String? {
        switch self {
        case .word(let text), .text(let text): text
        case .integer, .boolean, .texts, .other: nil
        }
    }

    /// As an error message quotes it.
    var quoted: String {
        switch self {
        case .word(let text), .text(let text): "'\(VisibleText.of(String(text.prefix(80))))'"
        case .integer(let number): String(number)
        case .boolean(let flag): String(flag)
        case .texts: "a list"
        case .other(let type): type
        }
    }
}

/// A value and where it was written.
struct GivenValue: Sendable, Equatable {
    let value: WrittenValue
    let origin: Origin

    /// Where a value was written.
    enum Origin: Sendable, Equatable {
        /// - Parameter line: `nil` where it could not be found out.
        case file(String, line: Int?)
        case environment(String)
        case flag(String)

        /// What another setting is called by the person who wrote this one.
        func name(of setting: any SettingEntry) -> String {
            switch self {
            case .file: setting.key
            case .environment: setting.variable ?? setting.key
            case .flag: setting.flag ?? setting.key
            }
        }
    }
}
