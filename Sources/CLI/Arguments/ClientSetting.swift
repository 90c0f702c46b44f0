import ArgumentParser

/// A client's own setting, or a word such as `default` that removes it.
enum ClientSetting<Value: Sendable>: Sendable {
    case own(Value)
    case serverDefault

    var value: Value? {
        if case .own(let value) = self { value } else { nil }
    }
}

extension ClientSetting: ExpressibleByArgument where Value: NamedArgument {
    static var allValueStrings: [String] { Value.allValueStrings + [Value.unsetName] }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

    init?(argument: String) {
        if argument == Value.unsetName {
            self = .serverDefault
        } else if let value = Value(argument: argument) {
            self = .own(value)
        } else {
            return nil
        }
    }
}
