/// A boundary of a private key in PEM, well-formed or not.
///
/// It is found even if no block can be read: with one boundary missing, typographic dashes, lower case, or unusual blanks. Prose about
/// private keys does not match: the words must be in capitals between dashes, or follow BEGIN or END.
package enum PrivateLabel {
    /// Finds the first boundary and returns it without its dashes, for a message.
    package static func first(in text: NormalisedText) -> String? {
        var position = text.bytes.startIndex
        while let start = text.bytes[position...].firstIndex(where: { $0 | 0x20 == UInt8(ascii: "p") }) {
            if let label = label(text.bytes, wordsFrom: start) { return label }
            position = start + 1
        }
        return nil
    }

    private static let dash = UInt8(ascii: "-")
    private static let blank = UInt8(ascii: " ")
    private static let newline = UInt8(ascii: "\n")
    /// The number of bytes examined on either side.
    private static let window = 64

    /// - Parameter start: a possible index of PRIVATE.
    private static func label(_ bytes: [UInt8], wordsFrom start: Int) -> String? {
        guard let privateEnd = word("private", bytes, start) else { return nil }
        let gap = bytes[privateEnd...].prefix(8).prefix { $0 == blank || $0 == dash || $0 == UInt8(ascii: "_") }
        guard var end = word("key", bytes, gap.endIndex) else { return nil }
        let words = String(decoding: bytes[start..<end], as: UTF8.self)
        let isCapital = words == words.uppercased()
        // PGP writes PRIVATE KEY BLOCK.
        if let block = word("block", bytes, skippingBlanks(bytes, end)) { end = block }

        let after = skippingBlanks(bytes, end)
        let isAtEnd = after == bytes.endIndex || bytes[after] == newline
        let hasDashesBehind = !isAtEnd && bytes[after] == dash
        let lead = bytes[max(0, start - window)..<start]
        let run = lead.reversed().prefix { $0 == blank || $0 == UInt8(ascii: "_") || isLetterOrDigit($0) }
        let leadStart = start - run.count
        let dashes = bytes[max(0, leadStart - 8)..<leadStart].reversed().prefix { $0 == dash }.count
        let isAtStart = leadStart == 0 || bytes[leadStart - 1] == newline
        let leadingWords = String(decoding: bytes[leadStart..<start], as: UTF8.self)
            .split(whereSeparator: { $0 == " " || $0 == "_" })
        let isBoundary = ["begin", "end"].contains(leadingWords.first?.lowercased())

        let isOne =
            if isBoundary {
                hasDashesBehind || dashes >= 2 && (isAtEnd || isCapital) || isAtStart && isAtEnd
            } else {
                isCapital && (hasDashesBehind || dashes > 0 && (leadingWords.isEmpty || dashes >= 2 && isAtEnd))
            }
        guard isOne else { return nil }
        return (leadingWords.map(String.init) + [String(decoding: bytes[start..<end], as: UTF8.self)])
            .joined(separator: " ")
    }

    /// - Returns: the index after a word, in any case.
    private static func word(_ word: StaticString, _ bytes: [UInt8], _ start: Int) -> Int? {
        let end = start + word.utf8CodeUnitCount
        guard end <= bytes.endIndex else { return nil }
        return word.withUTF8Buffer { letters in
            zip(bytes[start..<end], letters).allSatisfy { $0 | 0x20 == $1 }
        } ? end : nil
    }

    private static func skippingBlanks(_ bytes: [UInt8], _ start: Int) -> Int {
        start + bytes[start...].prefix(window).prefix { $0 == blank }.count
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }
}
