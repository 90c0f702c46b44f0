/// The boundary of a multipart body (RFC 2046 §5.1.1), from its `Content-Type`.
package struct MultipartBoundary: Sendable, Equatable {
    let bytes: [UInt8]

    /// Parses `multipart/form-data; boundary=…`, the value quoted or not (RFC 9110 §5.6.6).
    ///
    /// - Returns: `nil` for any other media type or parameter, and for a boundary that RFC 2046 does not allow.
    package init?(contentType: String) {
        guard contentType.utf8.count <= 256 else { return nil }
        let parts = contentType.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard parts.count == 2, Self.trimmed(parts[0]).equalsIgnoringCase("multipart/form-data") else { return nil }
        let parameter = Self.trimmed(parts[1])
        guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")),
            parameter[..<equals].equalsIgnoringCase("boundary")
        else { return nil }
        var value = parameter[parameter.index(after: equals)...]
        if value.first == UInt8(ascii: "\"") {
            guard value.count >= 2, value.last == UInt8(ascii: "\"") else { return nil }
            value = value.dropFirst().dropLast()
        }
        guard (1...70).contains(value.count), value.allSatisfy(Self.isAllowed), value.last != 0x20 else { return nil }
        bytes = Array(value)
    }

    /// `bchars`.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        PartHeader.isAlphanumeric(byte) || "'()+_,-./:=? ".utf8.contains(byte)
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }
}

/// A scanner of the parts of a multipart body (RFC 2046 §5.1.1), without preamble and epilogue.
struct MultipartScanner {
    /// The places of a part in the body.
    struct Part: Equatable {
        let header: Range<Int>
        let content: Range<Int>
    }

    private let body: [UInt8]
    /// A line break, two hyphens and the boundary.
    private let delimiter: [UInt8]
    private var position: Int
    private var isAtEnd = false

    init(_ body: [UInt8], _ boundary: MultipartBoundary) throws(MultipartError) {
        self.body = body
        delimiter = [0x0D, 0x0A, 0x2D, 0x2D] + boundary.bytes
        let first = delimiter.dropFirst(2)
        guard body.starts(with: first) else { throw .textBeforeFirstPart }
        position = first.count
        try passRestOfLine()
    }

    /// - Returns: `nil` after the last part.
    mutating func next() throws(MultipartError) -> Part? {
        guard !isAtEnd else { return nil }
        let start = position
        guard let blankLine = find([0x0D, 0x0A, 0x0D, 0x0A], from: start, to: start + PartHeader.maximumLength + 4)
        else { throw body.count - start > PartHeader.maximumLength ? .headerTooLong : .cutShort }
        let content = blankLine + 4
        guard let end = find(delimiter, from: content, to: body.count) else { throw .cutShort }
        position = end + delimiter.count
        try passRestOfLine()
        return Part(header: start..<blankLine, content: content..<end)
    }

    /// Passes what may follow a boundary: two hyphens after the last part, spaces, and a line break.
    private mutating func passRestOfLine() throws(MultipartError) {
        isAtEnd = body[position...].starts(with: [0x2D, 0x2D])
        if isAtEnd { position += 2 }
        while position < body.count, body[position] == 0x20 || body[position] == 0x09 { position += 1 }
        if isAtEnd, position == body.count { return }
        guard body[position...].starts(with: [0x0D, 0x0A]) else {
            throw position == body.count ? .cutShort : .brokenBoundary
        }
        position += 2
        if isAtEnd, position < body.count { throw .textAfterLastPart }
    }

    /// Finds a pattern that begins with a carriage return and lies before an index.
    private func find(_ pattern: [UInt8], from start: Int, to limit: Int) -> Int? {
        let end = min(limit, body.count)
        return body.withUnsafeBufferPointer { body in
            var index = start
            while let found = body.firstIndex(of: 0x0D, from: index, to: end), found + pattern.count <= end {
                if UnsafeBufferPointer(rebasing: body[found..<found + pattern.count]).elementsEqual(pattern) {
                    return found
                }
                index = found + 1
            }
            return nil
        }
    }
}
