import ArgumentParser
import Fetching

/// A client's own setting, or a word such as `default` that removes it.
enum ClientSetting<Value: Sendable>: Sendable {
    case own(Value)
    case serverDefault

    var value: Value? {
        switch self {
        case .own(let value): value
        case .serverDefault: nil
        }
    }
}

extension ClientSetting: ExpressibleByArgument where Value: NamedArgument {
    static var allValueStrings: [String] { Value.names + [Value.unsetName] }
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

/// `--jwks-uri URL`, or `none`.
enum KeySetURLArgument {
    static func read(_ text: String) throws -> ClientSetting<String> {
        if text == "none" { return .serverDefault }
        let url: RemoteURL
        do {
            url = try RemoteURL(text, allowsHTTPOnLoopback: true)
        } catch {
            throw ValidationError("'\(text)' cannot be read as a key set: \(error.phrase).")
        }
        if let reason = url.restriction?.prohibition {
            throw ValidationError("'\(text)' cannot be read as a key set: \(reason).")
        }
        return .own(url.text)
    }
}
