import Countersign
import CountersignServer
import CountersignStore

/// What whoever registers or changes a client should know.
enum ClientWarnings {
    static func print(about details: ClientDetails, at now: UnixTime = .now) {
        for line in lines(about: details, at: now) { Terminal.warn(line) }
    }

    static func lines(about details: ClientDetails, at now: UnixTime) -> [String] {
        let client = details.client
        var lines: [String] = []
        if details.registration.keySource == .none {
            lines.append(
                "The client has no key, so it cannot authenticate. Give it one with 'countersign client edit \(client.id) --jwks FILE'."
            )
        }
        if details.hasOnlySpentKeys(at: now) {
            lines.append(
                "None of the client's keys can be used any more. Give it one with 'countersign client edit \(client.id) --jwks FILE'."
            )
        }
        lines += details.overridden.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
        if let url = client.keySetURL, url.hasPrefix("http://") {
            lines.append("A server reads \(url) only where [remote_keys] allow_http_loopback is true.")
        }
        // The server's own answer is not known here; where it only warns, this is good to know all the same.
        lines += details.registration.certificateNotices(at: now, serverValidity: .enforce).map { $0.text(at: now) }
        if client.audienceProfile == .legacy {
            lines.append(
                """
                The audience profile legacy is open to audience injection: an assertion that names a second server \
                could be used here by that server. Mend the client, then set --audience-profile compatible.
                """)
        }
        if client.allowsReuse == true {
            lines.append("Whoever gets hold of an assertion of this client can use it until it expires.")
        }
        return lines
    }
}
