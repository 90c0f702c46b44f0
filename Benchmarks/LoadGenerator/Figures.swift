import CountersignJOSE
import Foundation

/// The formats of numbers in text and in JSON.
enum Figures {
    static func json(_ value: Double) -> JSONValue { .number((value * 1000).rounded() / 1000) }

    static func json(_ value: Int) -> JSONValue { .number(Int64(value)) }

    static func text(_ value: Double, decimals: Int = 1) -> String { String(format: "%.\(decimals)f", value) }
}

extension JSONObject {
    /// Returns the number at a path of members, or `nil`.
    func number(_ path: String...) -> Double? {
        var value = JSONValue.object(self)
        for name in path {
            guard case .object(let object) = value, let member = object[name] else { return nil }
            value = member
        }
        guard case .number(let number) = value else { return nil }
        return number.double
    }
}
