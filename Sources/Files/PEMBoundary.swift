/// A line that begins or ends a PEM block (RFC 7468 §3), well-formed or not.
struct PEMBoundary {
    enum Kind {
        case begin
        case end
    }

    let kind: Kind
    /// Truncated to fit a message.
    let label: String
    /// Whether it has five dashes on each side. A malformed boundary has the label of a key or a certificate.
    let isWellFormed: Bool
    /// The index of the first dash, and the index after the last one.
    let (start, end): (Int, Int)

    private static let dash = UInt8(ascii: "-")
    private static let dashes = 5
    private static let maximumLabelLength = 64

    init?(in bytes: UnsafeBufferPointer<UInt8>, from position: Int) {
        var position = position
        while let start = bytes[position...].firstIndex(of: Self.dash) {
            let leading = Self.countDashes(bytes, from: start)
            position = start + leading
            if let found = PEMBoundary(bytes, start: start, leading: leading) {
                self = found
                return
            }
        }
        return nil
    }

    /// - Parameter leading: the number of dashes from `start` on.
    private init?(_ bytes: UnsafeBufferPointer<UInt8>, start: Int, leading: Int) {
        var position = start + leading
        // RFC 4716 writes four dashes and a blank.
        let hasBlank = position < bytes.count && bytes[position] == 0x20
        if hasBlank { position += 1 }
        if bytes[position...].starts(with: "BEGIN ".utf8) {
            kind = .begin
            position += 6
        } else if bytes[position...].starts(with: "END ".utf8) {
            kind = .end
            position += 4
        } else {
            return nil
        }
        let rest = bytes[position...].prefix(Self.maximumLabelLength)
        let text = rest.prefix { $0 != Self.dash && $0 != 0x0A && $0 != 0x0D && $0 != UInt8(ascii: "\\") }
        var label = text
        while label.last == 0x20 { label.removeLast() }
        self.label = String(decoding: label.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
        let trailing = Self.countDashes(bytes, from: text.endIndex)
        isWellFormed = leading >= Self.dashes && !hasBlank && trailing >= Self.dashes && !label.isEmpty
        self.start = start
        // If no line end separates two blocks, the remaining dashes belong to the second boundary.
        end = text.endIndex + min(trailing, Self.dashes)
        guard isWellFormed || self.label.hasSuffix("KEY") || self.label.hasSuffix("CERTIFICATE") else { return nil }
    }

    private static func countDashes(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        bytes[start...].prefix { $0 == dash }.count
    }
}
