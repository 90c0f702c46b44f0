/// The header of a part of a form (RFC 7578 §4.2): the name of the field and, of a file, the file's name.
///
/// It is parsed as bytes: in a `String`, a quotation mark and a combining character after it are one character.
struct PartHeader: Equatable {
    /// The longest header, in bytes: a file name has up to 255 characters.
    static let maximumLength = 2048

    /// Letters, digits, hyphens, underscores and periods.
    let name: String
    /// As sent; `nil` for a field that is not a file.
    let fileName: String?

    init(_ bytes: ArraySlice<UInt8>) throws(MultipartError) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .header("is not UTF-8") }
        var disposition: ArraySlice<UInt8>?
        var type: String?
        for line in try Self.lines(bytes) {
            let (field, value) = try Self.field(line)
            switch field {
            case "content-disposition":
                guard disposition == nil else { throw .header("has two fields Content-Disposition") }
                disposition = value
            case "content-type":
                guard type == nil else { throw .header("has two fields Content-Type") }
                type = Self.text(value).lowercased()
            case "content-transfer-encoding":
                // RFC 7578 §4.7: deprecated; these three mean that nothing is encoded.
                guard ["binary", "8bit", "7bit"].contains(Self.text(value).lowercased()) else {
                    throw .header("has a Content-Transfer-Encoding other than binary")
                }
            default:
                // RFC 7578 §4.8: ignored.
                break
            }
        }
        guard let disposition else { throw .header("has no Content-Disposition") }
        (name, fileName) = try Self.names(disposition)
        guard let type else { return }
        // RFC 7578 §4.3: the deprecated way to send several files in one field.
        guard !type.hasPrefix("multipart/") else { throw .header("begins another multipart body") }
        guard fileName != nil || ["text/plain", "text/plain; charset=utf-8", "text/plain;charset=utf-8"].contains(type)
        else { throw .header("gives a field that is not a file another type than text/plain") }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func lines(_ bytes: ArraySlice<UInt8>) throws(MultipartError) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes
        while let end = rest.firstIndex(where: { [0x00, 0x0A, 0x0D].contains($0) }) {
            guard rest[end...].starts(with: [0x0D, 0x0A]) else { throw .header("has a single control character") }
            lines.append(rest[..<end])
            rest = rest[(end + 2)...]
        }
        return lines + [rest]
    }

    /// Splits a line into the field's name in lower case and its value. Lines that continue the one before are obsolete (RFC 9112 §5.2), and
    /// one that begins with hyphens could be meant as a boundary.
    private static func field(
        _ line: ArraySlice<UInt8>
    ) throws(MultipartError) -> (name: String, value: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(isTokenByte), !line.starts(with: [0x2D, 0x2D])
        else { throw .header("has a line that is not a field") }
        var value = line[(colon + 1)...].drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        return (text(line[..<colon]).lowercased(), value)
    }

    /// Parses `form-data; name="…"; filename="…"`. The HTML standard writes a quotation mark as `%22` and a backslash as it is, so the next
    /// quotation mark ends a value.
    private static func names(
        _ value: ArraySlice<UInt8>
    ) throws(MultipartError) -> (name: String, fileName: String?) {
        let type = value.prefix { $0 != UInt8(ascii: ";") && !isBlank($0) }
        guard text(type).lowercased() == "form-data" else { throw .header("is not of the type form-data") }
        var rest = value[type.endIndex...]
        var found: [String: String] = [:]
        while !rest.isEmpty {
            rest = rest.drop(while: isBlank)
            guard rest.popFirst() == UInt8(ascii: ";") else { throw .header("has something after a value") }
            rest = rest.drop(while: isBlank)
            let parameter = text(rest.prefix { $0 != UInt8(ascii: "=") }).lowercased()
            guard ["name", "filename"].contains(parameter) else {
                throw .header("has a parameter other than name and filename")
            }
            guard found[parameter] == nil else { throw .header("has the parameter \(parameter) twice") }
            rest = rest.dropFirst(parameter.utf8.count)
            guard rest.popFirst() == UInt8(ascii: "="), rest.popFirst() == UInt8(ascii: "\""),
                let end = rest.firstIndex(of: UInt8(ascii: "\""))
            else { throw .header("has a value without quotation marks") }
            found[parameter] = text(rest[..<end])
            rest = rest[(end + 1)...]
        }
        guard let name = found["name"], isFieldName(name) else {
            throw .header(
                "has no name of 1 to \(MultipartForm.maximumNameLength) letters, digits, hyphens, underscores and periods"
            )
        }
        return (name, found["filename"])
    }

    private static func isFieldName(_ name: String) -> Bool {
        (1...MultipartForm.maximumNameLength).contains(name.utf8.count)
            && name.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
