import Administration
import Pages

/// What the form of the debugger says: posted with an assertion, or in the address with the reference of a refusal.
struct DebuggerForm: Sendable {
    /// An assertion or a reference, without the blanks around it; not in the address.
    let pasted: [UInt8]
    /// As typed; empty if something else was pasted.
    let reference: String
    /// As typed.
    let time: String
    let profile: AudienceProfile?
    let requiresTyping: Bool?
    /// A pasted key, or the name of one; not in the address.
    let key: String

    init(_ form: Form?) {
        func text(_ name: String) -> String { ClientField.trimmed(form?.text(name) ?? "") }
        pasted = Self.trimmed(form?.bytes("token") ?? [])
        let reference = text("reference")
        self.reference =
            reference.isEmpty && Self.isReference(pasted) ? String(decoding: pasted, as: UTF8.self) : reference
        time = text("at")
        profile = AudienceProfile(rawValue: text("profile"))
        requiresTyping = ["demanded": true, "optional": false][text("typ")]
        key = text("key")
    }

    /// Eight letters or digits, with a few spaces or hyphens.
    private static func isReference(_ text: [UInt8]) -> Bool {
        (4...12).contains(text.count)
            && text.allSatisfy { byte in
                let character = Character(UnicodeScalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber) || byte == 0x20 || byte == 0x2D
            }
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let blanks: [UInt8] = [0x09, 0x0A, 0x0D, 0x20]
        let rest = bytes.drop { blanks.contains($0) }
        return Array(rest[..<((rest.lastIndex { !blanks.contains($0) } ?? rest.startIndex - 1) + 1)])
    }

    /// What is assumed to be different.
    ///
    /// - Parameters:
    ///   - usual: the time without any other; `nil` for now.
    ///   - now: the time for which people write "now".
    /// - Throws: `FieldFault` for a time or a key that cannot be read.
    func conditions(at usual: UnixTime?, now: UnixTime) throws(FieldFault) -> AssertionConditions {
        var conditions = AssertionConditions()
        conditions.time = try typedTime(now: now) ?? usual
        (conditions.profile, conditions.requiresTyping) = (profile, requiresTyping)
        if isKeyPasted {
            conditions.keys = .given(AssertionConditions.keys(try SentKeys.pasted(key, in: "key")))
        } else if !key.isEmpty {
            guard key.utf8.count <= 255 else { throw FieldFault("A name has at most 255 bytes.", field: "key") }
            conditions.keys = .registered(key)
        }
        return conditions
    }

    private func typedTime(now: UnixTime) throws(FieldFault) -> UnixTime? {
        if time.isEmpty { return nil }
        if time.lowercased() == "now" { return now }
        if let seconds = Int64(time), (0...253_402_300_799).contains(seconds) { return UnixTime(seconds: seconds) }
        guard let time = UnixTime(timestamp: time) else {
            throw FieldFault("Write a time such as 2026-11-25T14:31:23Z, or seconds since 1970.", field: "at")
        }
        return time
    }

    /// Whether the key is the key itself and not the name of one.
    var isKeyPasted: Bool { key.contains("{") || key.contains("-----") }

    /// The query for the reference, without what must not be in an address.
    var encoded: String {
        let typing = requiresTyping.map { $0 ? "demanded" : "optional" } ?? ""
        let values = [("reference", reference), ("at", time), ("profile", profile?.rawValue ?? ""), ("typ", typing)]
        return "?" + FormWriter.encoded(values.filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) })
    }

    /// The options of `countersign assertion inspect` that mean the same.
    func options(_ conditions: AssertionConditions) -> [String] {
        var options: [String] = []
        if let profile { options += ["--audience-profile", profile.rawValue] }
        if let requiresTyping {
            options.append(requiresTyping ? "--require-explicit-typing" : "--no-require-explicit-typing")
        }
        if let time = conditions.time { options += ["--at", time.text] }
        switch conditions.keys {
        case nil: break
        case .given: options += ["--key", "FILE"]
        case .registered(let name): options += ShellCommand.option("--registered-key", name)
        }
        return options
    }

    /// The conditions in a sentence, after "with"; empty if nothing is different.
    ///
    /// - Parameter usual: the time that needs no mention.
    func words(_ conditions: AssertionConditions, at usual: UnixTime? = nil) -> String {
        var words: [String] = []
        if let time = conditions.time, time != usual { words.append("the time \(time.text)") }
        if let profile { words.append("the profile \(profile.rawValue)") }
        if let requiresTyping { words.append(requiresTyping ? "typ demanded" : "typ not demanded") }
        switch conditions.keys {
        case nil: break
        case .given: words.append("the key you pasted")
        case .registered(let name): words.append("its key “\(ShownText.of(name, limit: 64))” usable")
        }
        guard let last = words.last else { return "" }
        return words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " and " + last
    }
}
