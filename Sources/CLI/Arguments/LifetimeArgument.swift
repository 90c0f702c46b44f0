import ArgumentParser
import Store

/// `--access-token-lifetime DURATION`.
enum LifetimeArgument {
    /// A year: anything longer is a typing error.
    static let longest = Int(ClientRecord.longestAccessTokenLifetime.milliseconds / 1000)

    static func read(_ text: String) throws -> ClientSetting<Duration> {
        if text == "default" { return .serverDefault }
        guard let seconds = WrittenDuration.seconds(text, plain: 1), (1...longest).contains(seconds) else {
            throw ValidationError(
                "'\(text)' is not a duration from 1s to 365d. Write \(WrittenDuration.examples), seconds, or 'default'."
            )
        }
        return .own(.seconds(seconds))
    }
}
