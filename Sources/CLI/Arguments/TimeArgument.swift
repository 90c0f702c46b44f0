import ArgumentParser
import Countersign
import Foundation

/// `--at TIME`: RFC 3339, or seconds since 1970.
enum TimeArgument {
    static func read(_ text: String) throws -> UnixTime {
        if let seconds = Int64(text) { return UnixTime(seconds: seconds) }
        guard let date = try? Date(text, strategy: .iso8601),
            let time = UnixTime(numericDate: date.timeIntervalSince1970)
        else { throw ValidationError("'\(text)' is not a time. Write 2026-11-24T10:15:00Z, or seconds since 1970.") }
        return time
    }
}

/// `--lifetime DURATION`; a negative one makes an expired assertion, for tests.
enum AssertionLifetime {
    static func read(_ text: String) throws -> Duration {
        guard let seconds = WrittenDuration.seconds(text, plain: 1).flatMap(Int64.init(exactly:)) ?? Int64(text) else {
            throw ValidationError("'\(text)' is not a duration. Write \(WrittenDuration.examples), or seconds.")
        }
        return .seconds(seconds)
    }
}
