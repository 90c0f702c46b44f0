/// The caller's place in a distributed trace: the header field `traceparent` (W3C Trace Context, Level 1).
///
/// The log lines of a request's events carry it. This server makes no spans of its own, so the span is the caller's.
package struct TraceContext: Sendable, Equatable {
    /// 32 lower-case hexadecimal digits, not all zero.
    package let traceID: String
    /// 16 lower-case hexadecimal digits, not all zero.
    package let spanID: String

    /// That of the request whose task this is, if it sent one. Not set without the header field, so that it costs such requests nothing.
    @TaskLocal package static var current: TraceContext?

    /// §3.2.2: parses the header field.
    ///
    /// - Returns: `nil` for a malformed one, which is ignored (§3.2.2.5); a repeated field is one, because its values are joined.
    package init?(_ header: String) {
        let bytes = Array(header.utf8.prefix(512))
        guard bytes.count >= 55, bytes[2] == Self.dash, bytes[35] == Self.dash, bytes[52] == Self.dash,
            let version = Self.hexadecimal(bytes[0..<2]), let traceID = Self.hexadecimal(bytes[3..<35]),
            let spanID = Self.hexadecimal(bytes[36..<52]), Self.hexadecimal(bytes[53..<55]) != nil
        else { return nil }
        switch version {
        case "ff": return nil
        case "00": guard bytes.count == 55 else { return nil }
        default:
            // §3.2.4: of a later version, what this one knows is read, if more follows only after a hyphen.
            guard bytes.count == 55 || bytes[55] == Self.dash else { return nil }
        }
        guard traceID.contains(where: { $0 != "0" }), spanID.contains(where: { $0 != "0" }) else { return nil }
        (self.traceID, self.spanID) = (traceID, spanID)
    }

    /// For the end of a log line.
    var text: String { " trace_id=\(traceID) span_id=\(spanID)" }

    private static let dash = UInt8(ascii: "-")

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String? {
        let isValid = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
            default: false
            }
        }
        return isValid ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
