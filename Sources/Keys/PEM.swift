import FoundationEssentials

/// One block of a PEM file (RFC 7468 §2).
///
/// Read leniently, as RFC 7468 §2 advises: lines of any length, blanks around them, text between the blocks.
struct PEMBlock: Sendable, Equatable {
    /// What stands between `BEGIN` and the dashes.
    let label: String
    /// Whether header lines of RFC 1421 §4.6 say that the content is encrypted.
    let isEncrypted: Bool
    let der: [UInt8]

    /// Why a text with `-----BEGIN` in it is no PEM file.
    enum Fault: Error, Equatable {
        case notEnded(label: String)
        case otherEnd(label: String, end: String)
        case notBase64(label: String)

        var detail: String {
            switch self {
            case .notEnded(let label): "the block '\(label)' does not end"
            case .otherEnd(let label, let end): "the block '\(label)' ends as '\(end)'"
            case .notBase64(let label): "the block '\(label)' is not base64"
            }
        }
    }

    /// All blocks in a text, in their order.
    static func all(in bytes: [UInt8]) throws(Fault) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var open: (label: String, isEncrypted: Bool, base64: [UInt8])?
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let line = trimmed(line)
            guard var block = open else {
                if let label = boundary("BEGIN ", line) { open = (label, false, []) }
                continue
            }
            if let end = boundary("END ", line) {
                guard end == block.label else { throw .otherEnd(label: block.label, end: end) }
                blocks.append(try PEMBlock(block))
                open = nil
            } else {
                if line.contains(UInt8(ascii: ":")) {
                    if line.count >= 9, line.suffix(9).elementsEqual("ENCRYPTED".utf8) { block.isEncrypted = true }
                } else {
                    block.base64 += line
                }
                open = block
            }
        }
        if let open { throw .notEnded(label: open.label) }
        return blocks
    }

    private init(_ block: (label: String, isEncrypted: Bool, base64: [UInt8])) throws(Fault) {
        guard !block.base64.isEmpty, let der = Data(base64Encoded: Data(block.base64)) else {
            throw .notBase64(label: block.label)
        }
        label = block.label
        isEncrypted = block.isEncrypted
        self.der = Array(der)
    }

    /// The label of a boundary line, cut to a length that fits a message; `nil` for any other line.
    private static func boundary(_ word: String, _ line: ArraySlice<UInt8>) -> String? {
        let dashes = "-----"
        let start = dashes + word
        guard line.count > start.utf8.count + dashes.utf8.count, line.starts(with: start.utf8),
            line.suffix(dashes.utf8.count).elementsEqual(dashes.utf8)
        else { return nil }
        let label = line.dropFirst(start.utf8.count).dropLast(dashes.utf8.count).prefix(64)
        return String(decoding: label.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line.removeLast() }
        return line
    }
}
