/// The directives of `Cache-Control` (RFC 9111 §5.2), in order.
struct CacheDirectives {
    /// Names are in lower case.
    private var list: [(name: String, argument: String?)] = []

    /// - Parameter lines: the values of all `Cache-Control` header fields; several are one list (RFC 9110 §5.3).
    init(_ lines: [String]) {
        for line in lines {
            var rest = line.utf8[...]
            while !rest.isEmpty { read(&rest) }
        }
    }

    func first(_ name: String) -> (name: String, argument: String?)? {
        list.first { $0.name == name }
    }

    private mutating func read(_ rest: inout Substring.UTF8View) {
        let name = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
        rest = rest[name.endIndex...]
        var argument: String?
        if rest.first == UInt8(ascii: "=") {
            rest = rest.dropFirst().drop(while: Self.isBlank)
            argument = rest.first == UInt8(ascii: "\"") ? Self.quoted(&rest) : Self.token(&rest)
        }
        // The rest before the next comma is malformed and skipped.
        rest = rest.drop { $0 != UInt8(ascii: ",") }.dropFirst()
        let trimmed = Self.trimmed(name).lowercased()
        if !trimmed.isEmpty { list.append((trimmed, argument)) }
    }

    private static func token(_ rest: inout Substring.UTF8View) -> String {
        let token = rest.prefix { $0 != UInt8(ascii: ",") }
        rest = rest[token.endIndex...]
        return trimmed(token)
    }

    /// RFC 9110 §5.6.4: up to the closing quote; a comma inside does not separate.
    private static func quoted(_ rest: inout Substring.UTF8View) -> String {
        rest = rest.dropFirst()
        var text: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            text.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        let start = text.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }.map { start.index(after: $0) } ?? start.startIndex
        return String(Substring(start[..<end]))
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}
