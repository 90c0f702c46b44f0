import FoundationEssentials

/// One block of PEM (RFC 7468 §2), found anywhere in a file.
///
/// Read leniently, as RFC 7468 §2 advises and as files in use demand: text before, between and after the blocks, line ends of any kind
/// or none, also written as `\n`, indentation, and header lines (RFC 1421 §4.6). A block that cannot be read is not passed over: its
/// content says why.
package struct PEMBlock: Sendable, Equatable {
    /// What stands between `BEGIN` and the dashes.
    package let label: String
    /// What stands between the boundaries.
    package let content: Content

    /// What a block holds.
    package enum Content: Sendable, Equatable {
        case der([UInt8])
        /// Header lines say that it is encrypted under a password.
        case encrypted
        case unreadable(Fault)
    }

    /// Why a block cannot be read.
    package enum Fault: Sendable, Equatable {
        /// A boundary without five dashes on each side.
        case dashes
        case notEnded
        case otherEnd(String)
        case notBase64
    }

    /// Whether its label is that of a private key, of whatever kind.
    package var isLabelledPrivate: Bool { label.contains("PRIVATE KEY") }

    /// What is wrong with it, as a clause; `nil` where nothing is.
    package var problem: String? {
        guard case .unreadable(let fault) = content else { return nil }
        return switch fault {
        case .dashes: "the line 'BEGIN \(label)' does not have five dashes on each side"
        case .notEnded: "the block '\(label)' does not end"
        case .otherEnd(let end): "the block '\(label)' ends as '\(end)'"
        case .notBase64: "the block '\(label)' is not base64"
        }
    }

    /// All blocks of a file, in their order.
    package static func all(in bytes: [UInt8]) -> [PEMBlock] {
        bytes.withUnsafeBufferPointer { bytes in
            var blocks: [PEMBlock] = []
            var position = 0
            while let begin = PEMBoundary(in: bytes, from: position) {
                position = begin.end
                // An end without a beginning is text.
                guard begin.kind == .begin else { continue }
                guard begin.isWellFormed else {
                    blocks.append(PEMBlock(begin.label, .unreadable(.dashes)))
                    continue
                }
                guard let end = PEMBoundary(in: bytes, from: begin.end), end.kind == .end else {
                    blocks.append(PEMBlock(begin.label, .unreadable(.notEnded)))
                    continue
                }
                position = end.end
                if end.label != begin.label {
                    blocks.append(PEMBlock(begin.label, .unreadable(.otherEnd(end.label))))
                } else if !end.isWellFormed {
                    blocks.append(PEMBlock(begin.label, .unreadable(.dashes)))
                } else {
                    let body = UnsafeBufferPointer(rebasing: bytes[begin.end..<end.start])
                    blocks.append(PEMBlock(begin.label, content(of: body)))
                }
            }
            return blocks
        }
    }

    private init(_ label: String, _ content: Content) {
        self.label = label
        self.content = content
    }

    private static func content(of body: UnsafeBufferPointer<UInt8>) -> Content {
        var base64 = Data(capacity: body.count)
        var hasHeader = false
        for line in lines(of: body) {
            // RFC 1421 §4.6.
            if line.contains(UInt8(ascii: ":")) {
                hasHeader = true
            } else {
                base64.append(contentsOf: line)
            }
        }
        if hasHeader, String(decoding: body, as: UTF8.self).contains("ENCRYPTED") { return .encrypted }
        guard !base64.isEmpty, let der = Data(base64Encoded: base64) else { return .unreadable(.notBase64) }
        return .der(Array(der))
    }

    /// Lines without blanks. A backslash and a letter are a line end too: so PEM stands in JSON and in environment variables. JSON may
    /// have a backslash before a slash as well (RFC 8259 §7), and PHP writes it so.
    private static func lines(of body: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < body.count {
            let byte = body[index]
            index += 1
            switch byte {
            case 0x0A, 0x0D: lines.append([])
            case UInt8(ascii: "\\") where index < body.count && [0x6E, 0x72].contains(body[index]):
                lines.append([])
                index += 1
            case UInt8(ascii: "\\") where index < body.count && body[index] == UInt8(ascii: "/"):
                break
            case 0x20, 0x09, 0x0B, 0x0C: break
            default: lines[lines.count - 1].append(byte)
            }
        }
        return lines
    }
}
