import Administration
import Crypto

/// What a page was made from, as a digest in a hidden field of its form: what somebody else has changed meanwhile is neither lost nor decided
/// about unseen.
struct Basis: Sendable, Equatable {
    /// The name of the hidden field.
    static let field = "made_from"

    let digest: String

    /// - Parameter facts: what the page shows and its form is about.
    init(_ facts: JSONObject) {
        digest = Base64URL.encode(Array(SHA256.hash(data: facts.rendered())))
    }

    /// The basis of the page that a form was sent from.
    init(_ form: Form) {
        digest = form.text(Self.field) ?? ""
    }

    /// - Parameter facts: those of today; `nil` for a subject that is gone, so that the change says so.
    func condition(_ facts: @escaping @Sendable (any StoredRecords) throws -> JSONObject?) -> ChangeCondition {
        ChangeCondition { records in try facts(records).map { Basis($0) == self } ?? true }
    }

    /// The change that a form asks for, which is not made unless its subject is as the page has shown it.
    struct Change {
        private let subject: ChangeSubject
        private let form: Form
        private let visit: Visit
        private let made: (action: ChangeAction, noun: String)?
        private let facts: @Sendable (any StoredRecords) throws -> JSONObject?
        private let page: (ShownConflict) async throws -> any ConsoleContent

        /// - Parameters:
        ///   - made: what the form makes if that is shown once, such as `a secret`, and how the change log calls it.
        ///   - facts: of the subject, as they are stored.
        ///   - page: the page once more, as things stand now.
        init(
            _ subject: ChangeSubject, _ form: Form, _ visit: Visit,
            making made: (action: ChangeAction, noun: String)? = nil,
            facts: @escaping @Sendable (any StoredRecords) throws -> JSONObject?,
            asking page: @escaping (ShownConflict) async throws -> any ConsoleContent
        ) {
            (self.subject, self.form, self.visit, self.made) = (subject, form, visit, made)
            (self.facts, self.page) = (facts, page)
        }

        /// - Parameter change: uses the store that it gets.
        func make(_ change: (any Store) async throws -> Answer) async throws -> Answer {
            do {
                return try await change(visit.store.requiring(Basis(form).condition(facts)))
            } catch StoreError.changed {
                return .page(try await page(await ShownConflict(subject, visit, making: made)), status: 409)
            }
        }
    }
}

/// The change that somebody else made after a form was opened: who made it, and the page that shows it.
struct ShownConflict: Sendable {
    /// The usual heading.
    static let heading = "Changed meanwhile"

    let heading: String
    let text: String
    /// The page of the change, from the root; `nil` if the change log does not say.
    let link: String?

    /// - Parameter made: what the form makes if that is shown once: if it was made last, the form was probably sent again.
    init(
        _ subject: ChangeSubject, _ visit: Visit, making made: (action: ChangeAction, noun: String)? = nil
    ) async {
        let change = await LatestChange.change(of: subject, visit)
        if let change, let made, change.action == made.action {
            heading = "Made already"
            text =
                "\(LatestChange.words(change, visit, did: "made \(made.noun)")). It was shown then only: the server keeps its digest. Nothing more "
                + "has been made."
        } else {
            heading = Self.heading
            let who = change.map { LatestChange.words($0, visit) } ?? "Another operator has changed it"
            text = "\(who). Nothing of yours has been done. You see how things stand now."
        }
        link = change.map { visit.address.path + ChangePage.path(of: $0.number) }
    }

    var context: [String: Any] {
        var context: [String: Any] = ["heading": heading, "text": text]
        context["change"] = link.map { ["url": $0] }
        return context
    }
}
