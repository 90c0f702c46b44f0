import CountersignJOSE

/// The parameters of a request, parsed once (RFC 6749 appendix B). None is there twice.
public struct Form: Sendable {
    /// More parameters than any request needs.
    public static let maximumParameters = 64

    private var parameters: [Parameter] = []

    private struct Parameter: Sendable {
        let name: [UInt8]
        /// UTF-8, decoded.
        let value: [UInt8]
    }

    /// Parses `name=value&…`, percent-decoded in the given character set.
    ///
    /// - Throws: `FormError` for a parameter sent twice, a broken percent sign, bytes outside the character set, too many parameters.
    public init(parsing body: some Sequence<UInt8>, encoding: FormEncoding = .utf8) throws(FormError) {
        let body = Array(body)
        var start = 0
        while start < body.count {
            let end = body[start...].firstIndex(of: UInt8(ascii: "&")) ?? body.count
            let pair = body[start..<end]
            start = end + 1
            if pair.isEmpty { continue }
            guard parameters.count < Self.maximumParameters else { throw .tooManyParameters }
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let name = try Self.decoded(pair[..<(equals ?? pair.endIndex)], encoding)
            let value = try Self.decoded(equals.map { pair[($0 + 1)...] } ?? [], encoding)
            guard !parameters.contains(where: { $0.name == name }) else { throw .sentTwice(Self.shown(name)) }
            parameters.append(Parameter(name: name, value: value))
        }
    }

    /// A parameter's value in UTF-8. RFC 6749 §3.2: one sent without a value counts as not sent.
    public func bytes(_ name: StaticString) -> [UInt8]? {
        let found = name.withUTF8Buffer { wanted in
            parameters.first { $0.name.count == wanted.count && $0.name.elementsEqual(wanted) }
        }
        guard let value = found?.value, !value.isEmpty else { return nil }
        return value
    }

    /// A parameter's value as text.
    public func text(_ name: StaticString) -> String? {
        bytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Undoes `+` and `%XX` and brings the bytes to UTF-8.
    private static func decoded(_ encoded: ArraySlice<UInt8>, _ encoding: FormEncoding) throws(FormError) -> [UInt8] {
        // An assertion, by far the longest value, has nothing to be undone.
        if encoded.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "%") }) {
            return Array(encoded)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(encoded.count)
        var needsCheck = false
        var index = encoded.startIndex
        while index < encoded.endIndex {
            var byte = encoded[index]
            index += 1
            if byte == UInt8(ascii: "+") {
                byte = 0x20
            } else if byte == UInt8(ascii: "%") {
                guard index + 1 < encoded.endIndex, let high = hexDigit(encoded[index]),
                    let low = hexDigit(encoded[index + 1])
                else { throw .brokenPercentEncoding }
                byte = high << 4 | low
                index += 2
            }
            if byte >= 0x80 {
                switch encoding {
                case .utf8: needsCheck = true
                case .ascii: throw .outsideCharacterSet
                case .latin1:
                    decoded.append(0xC0 | byte >> 6)
                    byte = 0x80 | byte & 0x3F
                }
            }
            decoded.append(byte)
        }
        if needsCheck, String(validating: decoded, as: UTF8.self) == nil { throw .outsideCharacterSet }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    private static func shown(_ name: [UInt8]) -> String {
        String(decoding: name.prefix(64), as: UTF8.self)
    }
}

/// Why a form could not be read.
public enum FormError: Error, Sendable, Equatable {
    case sentTwice(String)
    case brokenPercentEncoding
    case outsideCharacterSet
    case tooManyParameters

    /// The error a caller gets.
    var explanation: String {
        switch self {
        case .sentTwice(let name): "The parameter '\(name)' was sent more than once."
        case .brokenPercentEncoding: "A percent sign is not followed by two hexadecimal digits."
        case .outsideCharacterSet: "A parameter has bytes outside the form's character set."
        case .tooManyParameters: "More than \(Form.maximumParameters) parameters were sent."
        }
    }
}
