import Administration
import Pages

/// What a form makes at most once: the identifier of the new thing is derived from a random value in a hidden field, so that a form that is sent
/// again, such as by a browser that loads the answer again, meets what it has made.
///
/// The server derives the identifier with a key of its own: a value that somebody has chosen gives an identifier that they have not. A secret is
/// never derived from it.
struct Once: Sendable {
    /// The name of the hidden field.
    static let field = "once"
    /// Of the random value, in bytes.
    private static let length = 16

    let value: String

    /// A new value, for a page that is shown.
    init() { value = Base64URL.encode(RandomBytes.make(Self.length)) }

    /// The value of the page that a form was sent from.
    ///
    /// - Returns: `nil` if it is missing or has another form.
    init?(_ form: Form?) {
        guard let text = form?.text(Self.field), Base64URL.decode(text)?.count == Self.length else { return nil }
        value = text
    }

    /// What a form makes, and the page that says so to those who send it again.
    struct Thing: Sendable {
        let kind: ChangeSubject.Kind
        /// Returns its identifier, given 32 random bytes.
        let id: @Sendable ([UInt8]) -> String
        /// Such as `registration token`.
        let noun: String
        /// Whether it has a secret that was shown once.
        let hasSecret: Bool
        /// The page of the thing, below the console's address.
        let path: @Sendable (String) -> String
        /// What else the page says while the thing exists; empty for nothing.
        var advice = ""
        /// The form, below the console's address, and the text of a link to it.
        let form: (text: String, path: String)
        /// The pages above it.
        let crumbs: [(title: String, path: String)]
    }

    /// Makes what a form asks for, unless the form has made it before.
    ///
    /// - Parameter make: given the identifier; throws `StoreError.conflict` if it is taken.
    /// - Throws: `ConsoleFailure` if the form has no value of its page, and what `make` throws.
    static func make(
        _ thing: Thing, _ form: Form, _ visit: Visit, _ make: (String) async throws -> Answer
    ) async throws -> Answer {
        guard let once = Once(form) else {
            throw ConsoleFailure.unreadableForm("The form does not have the value that its page gave it.")
        }
        guard let bytes = visit.protection.derive([field, thing.kind.rawValue, once.value], from: form) else {
            throw ConsoleFailure.form(.wrongField)
        }
        let id = thing.id(bytes)
        // The log also knows what was made and has been removed since.
        if let change = try await latestChange(of: thing, id, visit) {
            return .page(MadeBeforeContent(thing, id, change, visit.address.path), status: 409)
        }
        do {
            return try await make(id)
        } catch StoreError.conflict {
            let change = try await latestChange(of: thing, id, visit)
            return .page(MadeBeforeContent(thing, id, change, visit.address.path), status: 409)
        }
    }

    private static func latestChange(
        of thing: Thing, _ id: String, _ visit: Visit
    ) async throws(StoreError) -> ListedChange? {
        let filter = ChangeFilter(subjectKind: thing.kind, subjectID: ExactString(id))
        return try await visit.store.changes.page(filter, before: nil, limit: 1).first
    }
}

/// The answer to a form that was sent again after it had made something.
struct MadeBeforeContent: ConsoleContent {
    static let template = "made_before"
    let isOutcome = true

    private let thing: Once.Thing
    private let id: String
    /// Whether it has been removed since.
    private let isGone: Bool
    /// The path of the console.
    private let base: String

    /// - Parameter change: the latest one of the thing; `nil` if the log does not have it any more.
    init(_ thing: Once.Thing, _ id: String, _ change: ListedChange?, _ base: String) {
        (self.thing, self.id, self.base) = (thing, id, base)
        isGone = change?.change.map { $0.after == nil } ?? false
    }

    var head: PageHead { PageHead(title: "Made already", key: id, crumbs: thing.crumbs) }

    var context: [String: Any] {
        var words = ["The form was sent before, and has made the \(thing.noun) \(id).", "Nothing more has been made."]
        if thing.hasSecret { words.insert("Its value was shown then only: the server keeps its digest.", at: 1) }
        if isGone {
            words.append("It has been removed since.")
        } else if !thing.advice.isEmpty {
            words.append(thing.advice)
        }
        let changes = ChangeWords.list(of: ChangeSubject(thing.kind, ExactString(id)))
        return [
            "words": words.joined(separator: " "),
            "made": isGone
                ? ["text": "See what was changed", "url": base + changes]
                : ["text": "To the \(thing.noun)", "url": base + thing.path(id)],
            "again": ["text": thing.form.text, "url": base + thing.form.path],
        ]
    }
}
