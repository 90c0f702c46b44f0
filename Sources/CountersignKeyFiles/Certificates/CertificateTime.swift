/// A parser of times in certificates (X.680 §46, §47), in the forms of RFC 5280 §4.1.2.5 and others that encoders use.
enum CertificateTime {
    /// - Returns: `nil` if the element is not a valid time.
    static func read(_ element: DERElement?) -> UnixTime? {
        guard let element else { return nil }
        var text = element.content
        var year: Int64
        switch element.tag.rawValue {
        case 0x17:
            guard let short = number(&text, digits: 2) else { return nil }
            // RFC 5280 §4.1.2.5.1: from 1950 to 2049.
            year = short < 50 ? 2000 + short : 1900 + short
        case 0x18:
            guard let full = number(&text, digits: 4) else { return nil }
            year = full
        default: return nil
        }
        guard let month = number(&text, digits: 2), let day = number(&text, digits: 2),
            let hour = number(&text, digits: 2)
        else { return nil }
        // Minutes may be missing from GeneralizedTime, seconds from both.
        let minute = number(&text, digits: 2) ?? 0
        let second = number(&text, digits: 2) ?? 0
        if text.first == UInt8(ascii: ".") || text.first == UInt8(ascii: ",") {
            text = text.dropFirst().drop(while: isDigit)
        }
        guard let offset = offset(&text), text.isEmpty,
            let local = UnixTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return local - offset
    }

    /// `Z`, an absent zone (read as `Z`), or an offset from UTC such as `+0100`.
    private static func offset(_ text: inout ArraySlice<UInt8>) -> Duration? {
        switch text.popFirst() {
        case nil, UInt8(ascii: "Z"), UInt8(ascii: "z"): return .zero
        case let sign? where sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"):
            guard let hours = number(&text, digits: 2), hours < 24 else { return nil }
            let minutes = number(&text, digits: 2) ?? 0
            guard minutes < 60 else { return nil }
            let seconds = hours * 3600 + minutes * 60
            return .seconds(sign == UInt8(ascii: "+") ? seconds : -seconds)
        default: return nil
        }
    }

    /// Parses a number with exactly `count` digits.
    private static func number(_ text: inout ArraySlice<UInt8>, digits count: Int) -> Int64? {
        let digits = text.prefix(count)
        guard digits.count == count, digits.allSatisfy(isDigit) else { return nil }
        text = text.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
