import Administration
import Fetching
import Pages

/// A field of the form of a client's registration: what it says, how it is read, and the options of the command line that do the same.
struct ClientField: Sendable {
    enum Control: Sendable {
        /// - Parameter isKey: whether the text is compared by machines.
        case text(isKey: Bool)
        /// One value on each line.
        case lines
        case check
        /// What was typed is not shown again.
        case password
        case choice([Choice])
    }

    struct Choice: Sendable {
        let value: String
        let label: String
    }

    /// Of the field; the member's name in RFC 7591 where it has one.
    let name: String
    let label: String
    /// What it means, and what is usual.
    let hint: String
    let control: Control
    let read: @Sendable (ClientRecord) -> String
    /// Takes over what was typed, without spaces at its ends.
    let write: @Sendable (inout ClientRecord, String) throws(FieldFault) -> Void
    /// The arguments for a value that differs from that of a new client.
    let options: @Sendable (String) -> [String]

    /// What people read of a value.
    func shown(_ value: String) -> String {
        switch control {
        case .text, .lines, .password: value.isEmpty ? "none" : value
        case .check: value.isEmpty ? "no" : "yes"
        case .choice(let choices): choices.first { $0.value == value }?.label ?? value
        }
    }
}

/// A part of the form.
struct ClientFieldGroup: Sendable {
    let id: String
    let title: String
    let note: String
    /// Whether most clients need none of it.
    var isFolded = false
    let fields: [ClientField]
}

/// Why a field was not accepted.
struct FieldFault: Error, Sendable, Equatable {
    /// Of the field; empty for the form as a whole.
    var field = ""
    /// A sentence.
    let message: String

    init(_ message: String, field: String = "") {
        self.message = message
        self.field = field
    }

    /// What was typed, as a message names it: the message is shown twice, and the field has the whole text.
    static func quoted(_ typed: String) -> String { "“\(ShownText.of(typed, limit: 200))”" }
}

extension ClientField {
    typealias Path<Value> = WritableKeyPath<ClientRecord, Value> & Sendable

    static func text(
        _ name: String, _ label: String, _ hint: String, _ path: Path<String>, option: String
    ) -> ClientField {
        ClientField(
            name: name, label: label, hint: hint, control: .text(isKey: false), read: { $0[keyPath: path] },
            write: { client, text throws(FieldFault) in
                guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                    throw FieldFault("\(label) has a control character.")
                }
                client[keyPath: path] = text
            }, options: { ShellCommand.option(option, $0) })
    }

    /// A text that may be missing.
    static func optional(
        _ name: String, _ label: String, _ hint: String, _ path: Path<String?>, option: String
    ) -> ClientField {
        ClientField(
            name: name, label: label, hint: hint, control: .text(isKey: true), read: { $0[keyPath: path] ?? "" },
            write: { client, text throws(FieldFault) in client[keyPath: path] = text.isEmpty ? nil : text },
            options: { ShellCommand.option(option, $0.isEmpty ? "none" : $0) })
    }

    static func lines(
        _ name: String, _ label: String, _ hint: String, _ path: Path<[String]>, option: String
    ) -> ClientField {
        ClientField(
            name: name, label: label, hint: hint, control: .lines,
            read: { $0[keyPath: path].joined(separator: "\n") },
            write: { client, text throws(FieldFault) in client[keyPath: path] = values(in: text) },
            options: { text in
                let values = values(in: text)
                return values.isEmpty ? [option, "none"] : values.flatMap { ShellCommand.option(option, $0) }
            })
    }

    /// Returns the distinct values of lines.
    static func values(in text: String) -> [String] {
        text.split { $0.isNewline }.map { trimmed(String($0)) }.reduce(into: []) { values, value in
            if !value.isEmpty, !values.contains(where: { $0.utf8.elementsEqual(value.utf8) }) { values.append(value) }
        }
    }

    static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// - Parameter option: the flag; its opposite begins with `--no-`.
    static func check(
        _ name: String, _ label: String, _ hint: String, _ path: Path<Bool>, option: String
    ) -> ClientField {
        ClientField(
            name: name, label: label, hint: hint, control: .check, read: { $0[keyPath: path] ? "yes" : "" },
            write: { client, text throws(FieldFault) in client[keyPath: path] = !text.isEmpty },
            options: { [$0.isEmpty ? "--no-\(option)" : "--\(option)"] })
    }

    /// A choice that may be left to the server.
    ///
    /// - Parameter options: of the command line, for yes, no and the server's choice.
    static func decision(
        _ name: String, _ label: String, _ hint: String, _ path: Path<Bool?>,
        _ labels: (yes: String, no: String, standard: String), options: (yes: String, no: String, standard: String)
    ) -> ClientField {
        ClientField(
            name: name, label: label, hint: hint,
            control: .choice([
                Choice(value: "", label: labels.standard), Choice(value: "yes", label: labels.yes),
                Choice(value: "no", label: labels.no),
            ]), read: { $0[keyPath: path].map { $0 ? "yes" : "no" } ?? "" },
            write: { client, text throws(FieldFault) in
                client[keyPath: path] = try chosen(text, among: ["": nil, "yes": true, "no": false])
            }, options: { [$0 == "yes" ? options.yes : $0 == "no" ? options.no : options.standard] })
    }

    /// - Parameters:
    ///   - standard: the label of the choice that is made elsewhere.
    ///   - word: what the command line calls it.
    static func optionalChoice<Value: RawRepresentable<String> & Sendable>(
        _ name: String, _ label: String, _ hint: String, _ path: Path<Value?>, _ choices: [(Value, String)],
        standard: String, option: String, word: String
    ) -> ClientField {
        let values = choices.map { ($0.0.rawValue, Value?.some($0.0)) } + [("", nil)]
        return ClientField(
            name: name, label: label, hint: hint,
            control: .choice(
                [Choice(value: "", label: standard)] + choices.map { Choice(value: $0.0.rawValue, label: $0.1) }),
            read: { $0[keyPath: path]?.rawValue ?? "" },
            write: { client, text throws(FieldFault) in
                client[keyPath: path] = try chosen(text, among: Dictionary(uniqueKeysWithValues: values))
            }, options: { [option, $0.isEmpty ? word : $0] })
    }

    static func choice<Value: RawRepresentable<String> & Sendable>(
        _ name: String, _ label: String, _ hint: String, _ path: Path<Value>, _ choices: [(Value, String)],
        option: String
    ) -> ClientField {
        let values = choices.map { ($0.0.rawValue, $0.0) }
        return ClientField(
            name: name, label: label, hint: hint,
            control: .choice(choices.map { Choice(value: $0.0.rawValue, label: $0.1) }),
            read: { $0[keyPath: path].rawValue },
            write: { client, text throws(FieldFault) in
                client[keyPath: path] = try chosen(text, among: Dictionary(uniqueKeysWithValues: values))
            }, options: { [option, $0] })
    }

    /// - Parameters:
    ///   - longest: what the command line accepts.
    ///   - word: what the command line calls a missing value.
    static func duration(
        _ name: String, _ label: String, _ hint: String, _ path: Path<Duration?>, least: Int = 1,
        longest: Duration = ClientRecord.longestAccessTokenLifetime, option: String, word: String = "default"
    ) -> ClientField {
        ClientField(
            name: name, label: label, hint: hint, control: .text(isKey: true),
            read: { $0[keyPath: path].map(DurationText.text) ?? "" },
            write: { client, text throws(FieldFault) in
                guard !text.isEmpty else {
                    client[keyPath: path] = nil
                    return
                }
                guard let seconds = DurationText.seconds(text, plain: 1), seconds >= least, .seconds(seconds) <= longest
                else {
                    throw FieldFault(
                        "\(FieldFault.quoted(text)) is not a duration of at most \(DurationText.text(of: longest)). Write \(DurationText.examples), or seconds."
                    )
                }
                client[keyPath: path] = .seconds(seconds)
            }, options: { [option, $0.isEmpty ? word : $0] })
    }

    private static func chosen<Value>(_ text: String, among values: [String: Value]) throws(FieldFault) -> Value {
        guard let value = values[text] else {
            throw FieldFault("\(FieldFault.quoted(text)) is not one of the choices.")
        }
        return value
    }
}
