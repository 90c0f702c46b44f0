import ArgumentParser
import CountersignKeys

/// `--jwks-uri URL`, or `none`.
enum KeySetURLArgument {
    static func read(_ text: String) throws -> ClientSetting<String> {
        if text == "none" { return .serverDefault }
        do {
            return .own(try RemoteURL(text, allowsHTTPOnLoopback: true).text)
        } catch {
            throw ValidationError("'\(text)' cannot be read as a key set: \(error.explanation).")
        }
    }
}
