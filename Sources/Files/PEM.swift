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
        case unreadable(Fault)
    }

    package enum Fault: Sendable, Equatable {
        /// A boundary without five dashes on each side.
        case dashes
        case notEnded
        case otherEnd(String)
        case notBase64
    }

    /// Whether its label names a private key of any kind.
    package var isLabelledPrivate: Bool { label.contains("PRIVATE KEY") }

    /// The fault of an unreadable block, as a clause.
    package var problem: String? {
        guard case .unreadable(let fault) = content else { return nil }
        return switch fault {
        case .dashes: "the line 'BEGIN \(label)' does not have five dashes on each side"
        case .notEnded: "the block '\(label)' does not end"
        case .otherEnd(let end): "the block '\(label)' ends as '\(end)'"
        case .notBase64: "the block '\(label)' is not base64"
        }
    }

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
        guard !found.isEmpty else { throw PEMProblem("it holds no certificate in PEM") }
        return found
    }

    /// The one private key in a file, in DER; other blocks are skipped.
    ///
    /// - Throws: `PEMProblem` unless there is exactly one, and it is usable.
    package static func privateKey(in bytes: [UInt8]) throws(PEMProblem) -> [UInt8] {
        let found = try contents(of: bytes, where: \.isLabelledPrivate)
        guard let key = found.first else { throw PEMProblem("it holds no private key in PEM") }
        guard found.count == 1 else { throw PEMProblem("it holds \(found.count) private keys") }
        return key
    }

    private static func contents(
        of bytes: [UInt8], where isWanted: (PEMBlock) -> Bool
    ) throws(PEMProblem) -> [[UInt8]] {
        var contents: [[UInt8]] = []
        for block in all(in: bytes) where isWanted(block) {
            switch block.content {
            case .unreadable: throw PEMProblem(block.problem ?? "")
            case .der(let der) where block.label != "ENCRYPTED PRIVATE KEY" && block.label != "OPENSSH PRIVATE KEY":
                contents.append(der)
            case .der where block.label == "OPENSSH PRIVATE KEY":
                throw PEMProblem("it holds an OpenSSH private key; convert a copy: ssh-keygen -p -m PKCS8 -f COPY")
            case .der, .encrypted:
                throw PEMProblem(
                    "its private key has a password; write it without one: openssl pkey -in FILE -out NEW.pem")
            }
        }
        return contents
    }
}

/// The fault of a PEM file, as a clause: "it holds no certificate in PEM".
package struct PEMProblem: Error, Sendable, Equatable {
    package let clause: String

    package init(_ clause: String) {
        self.clause = clause
    }
}
