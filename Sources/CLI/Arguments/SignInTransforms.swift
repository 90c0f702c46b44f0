import Administration
import ArgumentParser
import Fetching
import Server

// The conversions of the options about people.

extension Transform {
    /// `--claim NAME=VALUE` of a person, whose type follows from the claim.
    static func userClaim(_ text: String) throws -> (name: String, text: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("'\(text)' is not NAME=VALUE.")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// A text, or `none`.
    static func removableText(_ text: String) throws -> ClientSetting<String> {
        guard !text.isEmpty else { throw ValidationError("the value is empty. To remove it, write 'none'.") }
        return text == "none" ? .serverDefault : .own(text)
    }

    /// Returns the distinct values of an option that may be given more than once; none for the single value `none`.
    static func list(_ values: [String]) -> [String] {
        values == ["none"] ? [] : values.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    static var algorithmCompletion: CompletionKind { .list(AccessTokenSettings.signingAlgorithms.map(\.name)) }

    /// `--id-token-signing-alg ALGORITHM` or `--introspection-signing-alg ALGORITHM`, or `default`.
    static func tokenAlgorithm(_ text: String) throws -> ClientSetting<SignatureAlgorithm> {
        guard text.lowercased() != "none" else {
            throw ValidationError("it is always signed. 'default' is RS256.")
        }
        return try algorithm(text, default: "default")
    }

    /// `--userinfo-signing-alg ALGORITHM`, or `none`.
    static func userInfoAlgorithm(_ text: String) throws -> ClientSetting<SignatureAlgorithm> {
        try text == "default" ? .serverDefault : algorithm(text, default: "none")
    }

    private static func algorithm(
        _ text: String, default word: String
    ) throws -> ClientSetting<SignatureAlgorithm> {
        if text == word { return .serverDefault }
        let known = AccessTokenSettings.signingAlgorithms
        guard let algorithm = known.first(where: { $0.names.contains { $0.lowercased() == text.lowercased() } }) else {
            throw ValidationError("'\(text)' is not one of \(known.map(\.name).joined(separator: ", ")).")
        }
        return .own(algorithm)
    }

    /// `--refresh-token-lifetime DURATION`, or `default`.
    static func refreshTokenLifetime(_ text: String) throws -> ClientSetting<Duration> {
        try lifetime(text, none: "default", 1, ClientRecord.longestRefreshTokenLifetime, "1s to 3650d")
    }

    /// `--default-max-age DURATION`, or `none`.
    static func maximumAge(_ text: String) throws -> ClientSetting<Duration> {
        try lifetime(text, none: "none", 0, ClientRecord.longestAccessTokenLifetime, "0s to 365d")
    }

    static func lifetime(
        _ text: String, none: String, _ least: Int, _ longest: Duration, _ range: String
    ) throws -> ClientSetting<Duration> {
        if text == none { return .serverDefault }
        guard let seconds = DurationText.seconds(text, plain: 1), seconds >= least, .seconds(seconds) <= longest else {
            throw ValidationError(
                "'\(text)' is not a duration from \(range). Write \(DurationText.examples), seconds, or '\(none)'.")
        }
        return .own(.seconds(seconds))
    }
}
