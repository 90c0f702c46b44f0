/// What some editors and shells put before a text, to tell its encoding (Unicode Standard §23.8).
package enum ByteOrderMark {
    /// How many bytes of a text are the mark of UTF-8: 3 or 0.
    package static func length(in text: [UInt8]) -> Int {
        text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Whether a text is UTF-16, told by its mark, or by the zero that every second byte of it is.
    ///
    /// PowerShell writes it where output is redirected to a file.
    package static func isUTF16(_ text: [UInt8]) -> Bool {
        if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) { return true }
        guard text.count >= 4 else { return false }
        // DER and key stores begin with bytes that are no ASCII, or with the tag of a sequence.
        let isASCII: (UInt8) -> Bool = { (0x20..<0x7F).contains($0) || (0x09...0x0D).contains($0) }
        return (isASCII(text[0]) && text[1] == 0 && isASCII(text[2]) && text[3] == 0)
            || (text[0] == 0 && isASCII(text[1]) && text[2] == 0 && isASCII(text[3]))
    }
}
