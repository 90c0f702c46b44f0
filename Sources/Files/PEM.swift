import FoundationEssentials

/// One PEM block (RFC 7468 §2), found anywhere in a file.
///
/// Parsing is lenient, as RFC 7468 §2 advises and files in use require: text around the blocks, any line ends or none, escaped line ends
/// (`\n`), indentation, and header lines (RFC 1421 §4.6). An unreadable block is kept, with the fault as its content.
package struct PEMBlock: Sendable, Equatable {
    /// The text between `BEGIN` and the dashes.
    package let label: String
    package let content: Content

    package enum Content: Sendable, Equatable {
        case der([UInt8])
        /// Header lines declare it encrypted with a password.
        case encrypted
        /// The fault, as a clause.
        case unreadable(String)
    }

    /// Whether its label names a private key of any kind.
    package var isLabelledPrivate: Bool { label.contains("PRIVATE KEY") }

    package static func all(in bytes: [UInt8]) -> [PEMBlock] {
        bytes.withUnsafeBufferPointer { bytes in
            var blocks: [PEMBlock] = []
            var position = 0
            while let begin = PEMBoundary(in: bytes, from: position) {
                position = begin.end
                // An end without a beginning is text.
                guard begin.kind == .begin else { continue }
                let content = content(after: begin, in: bytes, &position)
                blocks.append(PEMBlock(label: begin.label, content: content))
            }
            return blocks
        }
    }

    /// - Parameter position: is set to the end of the block, if it has one.
    private static func content(
        after begin: PEMBoundary, in bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) -> Content {
        let label = begin.label
        let malformed = Content.unreadable("the line 'BEGIN \(label)' does not have five dashes on each side")
        guard begin.isWellFormed else { return malformed }
        guard let end = PEMBoundary(in: bytes, from: begin.end), end.kind == .end else {
            return .unreadable("the block '\(label)' does not end")
        }
        position = end.end
        guard end.label == label else { return .unreadable("the block '\(label)' ends as '\(end.label)'") }
        guard end.isWellFormed else { return malformed }
        return content(of: UnsafeBufferPointer(rebasing: bytes[begin.end..<end.start]))
            ?? .unreadable("the block '\(label)' is not base64")
    }

    private static func content(of body: UnsafeBufferPointer<UInt8>) -> Content? {
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
        guard !base64.isEmpty, let der = Data(base64Encoded: base64) else { return nil }
        return .der(Array(der))
    }

    /// The lines without blanks. A backslash with a letter is a line end, as in JSON and in environment variables. JSON may escape a slash
    /// as well (RFC 8259 §7), which PHP does.
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

extension PEMBlock {
    /// The certificates in a file (RFC 7468 §5), in DER; other blocks are skipped.
    ///
    /// - Throws: `PEMProblem` if there are none, or one cannot be read.
    package static func certificates(in bytes: [UInt8]) throws(PEMProblem) -> [[UInt8]] {
        let found = try contents(of: bytes) { ["CERTIFICATE", "X509 CERTIFICATE"].contains($0.label) }
        guard !found.isEmpty else { throw PEMProblem("it contains no certificate in PEM") }
        return found
    }

    /// The one private key in a file, in DER; other blocks are skipped.
    ///
    /// - Throws: `PEMProblem` unless there is exactly one, and it is usable.
    package static func privateKey(in bytes: [UInt8]) throws(PEMProblem) -> [UInt8] {
        let found = try contents(of: bytes, where: \.isLabelledPrivate)
        guard let key = found.first else { throw PEMProblem("it contains no private key in PEM") }
        guard found.count == 1 else { throw PEMProblem("it contains \(found.count) private keys") }
        return key
    }

    private static func contents(
        of bytes: [UInt8], where isWanted: (PEMBlock) -> Bool
    ) throws(PEMProblem) -> [[UInt8]] {
        var contents: [[UInt8]] = []
        for block in all(in: bytes) where isWanted(block) {
            switch block.content {
            case .unreadable(let problem): throw PEMProblem(problem)
            case .der(let der) where block.label != "ENCRYPTED PRIVATE KEY" && block.label != "OPENSSH PRIVATE KEY":
                contents.append(der)
            case .der where block.label == "OPENSSH PRIVATE KEY":
                throw PEMProblem("it contains an OpenSSH private key", .openSSHKey)
            case .der, .encrypted:
                throw PEMProblem("its private key has a password", .encryptedKey)
            }
        }
        return contents
    }
}

/// The fault of a PEM file, as a clause: "it contains no certificate in PEM".
package struct PEMProblem: Error, Sendable, Equatable {
    package let clause: String
    /// The conversion that makes the file usable, if there is one.
    package let conversion: Conversion?

    package enum Conversion: Sendable, Equatable {
        case openSSHKey
        case encryptedKey
    }

    package init(_ clause: String, _ conversion: Conversion? = nil) {
        self.clause = clause
        self.conversion = conversion
    }
}
