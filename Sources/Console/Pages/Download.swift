import Server

/// A file that a page offers in place of being shown.
struct Download: Sendable {
    /// Plain ASCII, see `fileName`.
    let name: String
    let contentType: String
    let bytes: [UInt8]

    var response: EndpointResponse {
        var headers = ConsoleRenderer.headers
        // RFC 6266. Browsers save it and never show it in the console's origin.
        headers.append("Content-Disposition", "attachment; filename=\"\(name)\"")
        return EndpointResponse(status: 200, headers: headers, contentType: contentType, body: bytes)
    }

    /// Returns a safe name for a file: of letters, digits, hyphens and underscores, so that it can neither end the header field nor name a
    /// folder or a hidden file on the computer that saves it.
    ///
    /// - Parameter text: untrusted, such as an alias.
    static func fileName(_ text: String, extension suffix: String) -> String {
        let kept = text.unicodeScalars.prefix(64).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_": Character(scalar)
            default: "_"
            }
        }
        let name = String(kept).drop { $0 == "_" || $0 == "-" }
        return (name.isEmpty ? "certificate" : String(name)) + "." + suffix
    }
}
