import ArgumentParser
import Fetching

/// `--jwks-uri URL`, or `none`.
enum KeySetURLArgument {
    static func read(_ text: String) throws -> ClientSetting<String> {
        if text == "none" { return .serverDefault }
        let url: RemoteURL
        do {
            url = try RemoteURL(text, allowsHTTPOnLoopback: true)
        } catch {
            throw ValidationError("'\(text)' cannot be read as a key set: \(error.explanation).")
        }
        if case .forbidden(let reason) = url.obstacle {
            throw ValidationError("'\(text)' cannot be read as a key set: \(reason).")
        }
        return .own(url.text)
    }
}
