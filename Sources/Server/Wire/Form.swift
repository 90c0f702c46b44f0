/// The parameters of a form (RFC 6749 appendix B). A parameter may only be repeated if a specification allows it.
package struct Form: Sendable {
    package static let maximumParameters = 64

    /// Parameters that may be repeated: `resource` (RFC 8707 §2) and `audience` (RFC 8693 §2.1).
    private static let repeatable = ["resource", "audience"]

    private var parameters: [Parameter] = []
    /// The names of parameters that were repeated although they may not be; always empty unless `keepsFirst` was set.
    private(set) var repeated: [String] = []

    private struct Parameter: Sendable {
        let name: [UInt8]
        /// UTF-8, decoded.
        let value: [UInt8]
    }

    /// Parses `name=value&…`, percent-decoded in the given character set.
    ///
    /// - Parameter keepsFirst: whether the first of repeated parameters is kept and its name is added to `repeated`, for a caller that can
    ///   answer such a request.
    /// - Throws: `FormError` for a repeated parameter, invalid percent-encoding, bytes outside the character set, or too many parameters.
    package init(
        parsing body: some Sequence<UInt8>, encoding: FormEncoding = .utf8, keepsFirst: Bool = false
    ) throws(FormError) {
        let body = Array(body)
        parameters.reserveCapacity(8)
        var scanner = PairScanner(body)
        while let pair = scanner.next(in: body) {
            guard parameters.count + repeated.count < Self.maximumParameters else { throw .tooManyParameters }
            let name = try Self.decoded(body[pair.name], isPlain: pair.isNamePlain, encoding)
            let value = try Self.decoded(body[pair.value], isPlain: pair.isValuePlain, encoding)
            guard mayAdd(name) else {
                let repeatedName = String(decoding: name.prefix(64), as: UTF8.self)
                guard keepsFirst else { throw .sentTwice(repeatedName) }
                repeated.append(repeatedName)
                continue
            }
            parameters.append(Parameter(name: name, value: value))
        }
    }

    /// A form of parameters that are already decoded, in UTF-8.
    ///
    /// - Throws: `FormError` for a repeated parameter, or too many.
    init(_ decoded: [(name: [UInt8], value: [UInt8])]) throws(FormError) {
        guard decoded.count <= Self.maximumParameters else { throw .tooManyParameters }
        for (name, value) in decoded {
            guard mayAdd(name) else { throw .sentTwice(String(decoding: name.prefix(64), as: UTF8.self)) }
            parameters.append(Parameter(name: name, value: value))
        }
    }

    private func mayAdd(_ name: [UInt8]) -> Bool {
        !parameters.contains { $0.name == name } || Self.repeatable.contains { Self.isEqual(name, $0) }
    }

    /// A scanner of the pairs of a form. It finds parts that need no decoding, such as assertions, by far the longest values.
    private struct PairScanner {
        struct Pair {
            let name: Range<Int>
            let value: Range<Int>
            let isNamePlain: Bool
            let isValuePlain: Bool
        }

        private var position = 0
        private let end: Int

        init(_ body: [UInt8]) {
            end = body.count
        }

        /// - Returns: the next nonempty pair.
        mutating func next(in body: [UInt8]) -> Pair? {
            while position < end {
                let start = position
                let pair = body.withUnsafeBufferPointer { scan($0, from: start) }
                if !pair.name.isEmpty || pair.value.lowerBound > pair.name.upperBound { return pair }
            }
            return nil
        }

        private mutating func scan(_ body: UnsafeBufferPointer<UInt8>, from start: Int) -> Pair {
            let pairEnd = body.firstIndex(of: UInt8(ascii: "&"), from: start, to: end) ?? end
            position = pairEnd + 1
            let nameEnd = body.firstIndex(of: UInt8(ascii: "="), from: start, to: pairEnd)
            let name = start..<(nameEnd ?? pairEnd)
            let value = (nameEnd.map { $0 + 1 } ?? pairEnd)..<pairEnd
            return Pair(
                name: name, value: value, isNamePlain: Self.isPlain(body[name]), isValuePlain: Self.isPlain(body[value])
            )
        }

        /// Has no early exit, so the compiler can vectorize it.
        private static func isPlain(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
            var found: UInt8 = 0
            for byte in UnsafeBufferPointer(rebasing: bytes) {
                found |= byte & 0x80
                found |= byte == UInt8(ascii: "+") || byte == UInt8(ascii: "%") ? 1 : 0
            }
            return found == 0
        }
    }

    /// Returns a parameter's value in UTF-8. RFC 6749 §3.2: a parameter without a value is treated as not sent.
    package func bytes(_ name: String) -> [UInt8]? {
        let found = parameters.first { Self.isEqual($0.name, name) }
        guard let value = found?.value, !value.isEmpty else { return nil }
        return value
    }

    /// Returns the nonempty values of a parameter that may be repeated, in their order.
    package func values(_ name: String) -> [String] {
        parameters.filter { Self.isEqual($0.name, name) && !$0.value.isEmpty }
            .map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// All parameters in their order.
    package var all: [(name: String, value: String)] {
        parameters.map { (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self)) }
    }

    private static func isEqual(_ name: [UInt8], _ wanted: String) -> Bool {
        name.count == wanted.utf8.count && name.elementsEqual(wanted.utf8)
    }

    /// Parameters whose value may be a JWT that is not an assertion (RFC 6749, RFC 7009 §2.1, RFC 7662 §2.1, RFC 8693 §2.1, RFC 9101 §5,
    /// OpenID Connect RP-Initiated Logout 1.0 §2).
    private static let tokenParameters = [
        "token", "access_token", "refresh_token", "code", "subject_token", "actor_token", "request", "id_token_hint",
    ]

    /// The first parameter that no specification gives a JWT and whose value looks like one: two periods, and a header that begins with
    /// `{"`.
    var nameOfMisplacedJWT: String? {
        let found = parameters.first { parameter in
            !Self.tokenParameters.contains { Self.isEqual(parameter.name, $0) }
                && parameter.value.starts(with: "eyJ".utf8) && parameter.value.count { $0 == UInt8(ascii: ".") } == 2
        }
        return found.map { String(decoding: $0.name, as: UTF8.self) }
    }

    package func text(_ name: String) -> String? {
        bytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Decodes `+` and `%XX`, and converts the bytes to UTF-8.
    ///
    /// - Parameter isPlain: whether there is nothing to decode.
    private static func decoded(
        _ encoded: ArraySlice<UInt8>, isPlain: Bool, _ encoding: FormEncoding
    ) throws(FormError) -> [UInt8] {
        if isPlain { return Array(encoded) }
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
}

/// A reason why a form cannot be parsed.
package enum FormError: Error, Sendable, Equatable {
    case sentTwice(String)
    case brokenPercentEncoding
    case outsideCharacterSet
    case tooManyParameters

    /// The message for the caller.
    package var message: String {
        switch self {
        case .sentTwice(let name): "The parameter '\(name)' was sent more than once. Send it once."
        case .brokenPercentEncoding:
            "A percent sign is not followed by two hexadecimal digits. Percent-encode each value of the form."
        case .outsideCharacterSet: "A parameter has bytes outside the form's character set."
        case .tooManyParameters: "More than \(Form.maximumParameters) parameters were sent."
        }
    }
}

extension OAuthError {
    static func sentTwice(_ name: String) -> OAuthError {
        OAuthError(.invalidRequest, FormError.sentTwice(name).message)
    }
}
