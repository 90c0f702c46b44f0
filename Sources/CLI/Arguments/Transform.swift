import Administration
import ArgumentParser
import Fetching
import Server

/// The conversions of arguments from text; each throws `ValidationError`.
enum Transform {
    /// `--claim NAME=JSON`.
    static func claim(_ text: String) throws -> (name: String, value: JSONValue) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("'\(text)' is not NAME=JSON.")
        }
        let (name, json) = (text[..<equals], text[text.index(after: equals)...])
        guard let value = try? JSONValue(parsing: Array(json.utf8)) else {
            throw ValidationError("'\(json)' is not JSON. A text needs its quotes: --claim '\(name)=\"…\"'.")
        }
        return (String(name), value)
    }

    /// `--scope "A B"` (RFC 6749 §3.3).
    static func scopes(_ text: String) throws -> [String] {
        guard let scope = Scope(parsing: text) else {
            throw ValidationError("'\(text)' contains a character that RFC 6749 section 3.3 does not allow in a scope.")
        }
        // RFC 6749 allows a comma in a scope token, but it is always a mistake.
        guard !text.contains(",") else {
            let right = text.split { $0 == "," || $0 == " " }.joined(separator: " ")
            throw ValidationError(
                "'\(text)' contains a comma. Scopes are separated by spaces: --scope \(ShellCommand.word(right)).")
        }
        return scope.tokens
    }

    /// Returns the distinct scope tokens of all `--scope` options; `nil` without an option.
    static func union(_ scopes: [[String]]) -> [String]? {
        scopes.isEmpty ? nil : scopes.joined().reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// `--resource URI` (RFC 8707 §2).
    static func resource(_ text: String) throws -> String {
        guard ResourceRecord.isResource(text) else {
            throw ValidationError(
                "'\(text)' is not an absolute URI without a fragment. Write https://api.example.com or the like.")
        }
        return text
    }

    /// `--at TIME`: RFC 3339, or seconds since 1970.
    static func time(_ text: String) throws -> UnixTime {
        if let seconds = Int64(text) { return UnixTime(seconds: seconds) }
        guard let time = UnixTime(timestamp: text) else {
            throw ValidationError("'\(text)' is not a time. Write 2026-11-24T10:15:00Z, or seconds since 1970.")
        }
        return time
    }

    /// `--lifetime DURATION`; a negative one makes an expired assertion, for tests.
    static func assertionLifetime(_ text: String) throws -> Duration {
        guard let seconds = DurationText.seconds(text, plain: 1).flatMap(Int64.init(exactly:)) ?? Int64(text) else {
            throw ValidationError("'\(text)' is not a duration. Write \(DurationText.examples), or seconds.")
        }
        return .seconds(seconds)
    }

    /// Ten years with leap days; anything longer is a typing error.
    static let longestInterval = Duration.seconds(3653 * 86_400)

    /// `--in DURATION`: a number and its unit.
    static func interval(_ text: String) throws -> Duration {
        guard let seconds = DurationText.seconds(text), seconds > 0, .seconds(seconds) <= longestInterval else {
            throw ValidationError("'\(text)' is not a duration of at most ten years. Write \(DurationText.examples).")
        }
        return .seconds(seconds)
    }

    /// `--access-token-lifetime DURATION`, or `default`.
    static func tokenLifetime(_ text: String) throws -> ClientSetting<Duration> {
        if text == "default" { return .serverDefault }
        guard let seconds = DurationText.seconds(text, plain: 1), seconds > 0,
            .seconds(seconds) <= ClientRecord.longestAccessTokenLifetime
        else {
            throw ValidationError(
                "'\(text)' is not a duration from 1s to 365d. Write \(DurationText.examples), seconds, or 'default'.")
        }
        return .own(.seconds(seconds))
    }

    /// `--jwks-uri URL`, or `none`.
    static func keySetURL(_ text: String) throws -> ClientSetting<String> {
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
