/// A member of a client's registration that cannot be used.
package struct MemberFault: Error, Sendable, Equatable {
    package let member: String
    /// What it must be: "a boolean".
    package let expected: String

    /// A clause for a sentence: "a 'require_pkce' that is not a boolean".
    package var problem: String { "a '\(member)' that is not \(expected)" }
}

/// The members of a client's registration (RFC 7591 §2), read by type. A member that is `null` counts as missing.
package struct RegistrationMembers {
    private let object: JSONObject

    package init(object: JSONObject) {
        self.object = object
    }

    package func text(_ name: String) throws(MemberFault) -> String? {
        try read(name, "a string of 1 to \(SignInOptions.maximumTextLength) bytes", Self.text)
    }

    package func texts(_ name: String) throws(MemberFault) -> [String] {
        let expected =
            "an array of at most \(SignInOptions.maximumCount) strings of 1 to \(SignInOptions.maximumTextLength) bytes"
        return try read(name, expected) { value in
            guard case .array(let elements) = value, elements.count <= SignInOptions.maximumCount else { return nil }
            let texts = elements.compactMap(Self.text)
            return texts.count == elements.count ? texts : nil
        } ?? []
    }

    package func flag(_ name: String) throws(MemberFault) -> Bool? {
        try read(name, "a boolean") { if case .boolean(let flag) = $0 { flag } else { nil } }
    }

    /// Reads a duration in seconds.
    package func duration(_ name: String, from least: Duration = .milliseconds(1)) throws(MemberFault) -> Duration? {
        let most = ClientRecord.longestRefreshTokenLifetime
        return try read(name, "a number of seconds up to \(most.milliseconds / 1000)") { value in
            guard case .number(let number) = value, number.double.magnitude < 1e10 else { return nil }
            let duration = Duration.milliseconds(Int64((number.double * 1000).rounded()))
            return (least...most).contains(duration) ? duration : nil
        }
    }

    package func algorithm(_ name: String) throws(MemberFault) -> SignatureAlgorithm? {
        try read(name, "an accepted signature algorithm") {
            if case .string(let text) = $0 { SignatureAlgorithm(name: text) } else { nil }
        }
    }

    package func value<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Value.Type
    ) throws(MemberFault) -> Value? {
        let words = Value.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
        return try read(name, words) { value in
            guard case .string(let text) = value else { return nil }
            return Value.allCases.first { text == ExactString($0.rawValue) }
        }
    }

    private func read<Value>(
        _ name: String, _ expected: String, _ convert: (JSONValue) -> Value?
    ) throws(MemberFault) -> Value? {
        guard let member = object[name], member != .null else { return nil }
        guard let value = convert(member) else { throw MemberFault(member: name, expected: expected) }
        return value
    }

    private static func text(_ value: JSONValue) -> String? {
        guard case .string(let text) = value, (1...SignInOptions.maximumTextLength).contains(text.text.utf8.count)
        else {
            return nil
        }
        return text.text
    }
}
