import Pages

/// A form that did nothing, in the hidden fields of a page that says why, so that it can be sent once more as it was.
///
/// Every other form belongs to a series of sign-ins (`ConsoleSessions`). This one belongs to the person, so that it is accepted after the same
/// person has signed in again, although the session at the server may have ended meanwhile: its key covers the person, the page and a time.
/// Another person who has signed in meanwhile cannot send it, and it can be sent to no other page.
struct KeptForm: Sendable {
    /// The time in which it can be sent: the one that a person has to sign in.
    static let lifetime = SignInRequest.lifetime
    /// The longest form that is kept, in bytes: the page has it all.
    static let maximumLength = 24 * 1024
    /// The hidden field with the time until which the key is accepted, in milliseconds.
    private static let deadlineField = "kept_until"

    /// The URL of its page.
    let path: String
    /// What was sent, with a key.
    private let fields: [(name: String, value: String)]
    /// What the person does first, of a form that is kept for another sign-in.
    let words: String

    /// Keeps a form for the same sign-in: with the key that was accepted, so that what it makes is made once (`Once`).
    ///
    /// - Returns: `nil` if it is too long.
    init?(_ form: Form, in request: EndpointRequest, _ services: ConsoleServices) {
        self.init(form.all, until: Self.deadline(form), in: request, services)
    }

    /// Keeps a form for another sign-in of the same person. One that was kept before has its key and its time already.
    ///
    /// - Parameters:
    ///   - form: whose key was accepted. It has done nothing.
    ///   - person: who sent it.
    /// - Returns: `nil` if it is too long.
    init?(_ form: Form, of person: UserID, in request: EndpointRequest, _ services: ConsoleServices, at now: UnixTime) {
        if Self.isKept(form) {
            self.init(form, in: request, services)
            return
        }
        let deadline = now + Self.lifetime
        let text = String(deadline.milliseconds)
        let context = Self.context(of: person, request.path, until: text)
        guard let key = services.protection.protect(.console, context: context, in: request)?.field else { return nil }
        let added = [(name: key.name, value: key.value), (name: Self.deadlineField, value: text)]
        self.init(added + form.all.filter { $0.name != key.name }, until: deadline, in: request, services)
    }

    private init?(
        _ fields: [(name: String, value: String)], until deadline: UnixTime?, in request: EndpointRequest,
        _ services: ConsoleServices
    ) {
        guard fields.reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count }) <= Self.maximumLength else {
            return nil
        }
        self.fields = fields
        path = services.address.origin + request.path
        let end = deadline.map { ", until \(ShownTime.clock($0, withSeconds: false)) UTC" } ?? ""
        words =
            "Confirm that it is you; what you typed is kept on this page. The confirmation opens in a new tab. Then come back to "
            + "this one and send the form again\(end)."
    }

    private static func deadline(_ form: Form) -> UnixTime? {
        form.text(deadlineField).flatMap { Int64($0) }.map { UnixTime(milliseconds: $0) }
    }

    /// Whether a form says that it was kept.
    static func isKept(_ form: Form) -> Bool { form.text(deadlineField) != nil }

    /// Checks that the same person sends a kept form from the page that this server made for it, in time.
    static func check(
        _ form: Form, of person: UserID, in request: EndpointRequest, _ protection: FormProtection, at now: UnixTime
    ) throws(FormProtectionFault) {
        let text = form.text(deadlineField) ?? ""
        try protection.check(form, .console, context: context(of: person, request.path, until: text), in: request)
        guard let deadline = deadline(form), now < deadline else { throw .wrongField }
    }

    /// It has more parts than the context of other forms of the console, so the key of one is never that of the other.
    private static func context(of person: UserID, _ path: String, until deadline: String) -> [String] {
        ["kept", person.text, path, deadline]
    }

    /// The values of the template `kept`.
    ///
    /// - Parameters:
    ///   - confirmation: the URL at which the person confirms who they are before they send it; `nil` if they need not.
    func context(confirmedAt confirmation: String?) -> [String: Any] {
        var context: [String: Any] = [
            "path": path, "fields": fields.map { ["name": $0.name, "value": $0.value] },
            "button": confirmation == nil ? "Try again" : "Send the form again",
        ]
        context["confirmation"] = confirmation
        return context
    }
}

/// `/confirmation`: asks for a new sign-in, and says that the form in the other tab can be sent.
struct ConfirmationPage: ConsolePage {
    static let location = "/confirmation"

    let path = Self.location
    // This is what asks for the sign-in.
    let isSensitive = true

    func show(_ visit: Visit) -> any ConsoleContent {
        ConfirmationContent(name: ShownText.of(visit.person.user.displayName))
    }
}

struct ConfirmationContent: ConsoleContent {
    static let template = "message"

    /// Of the person, for showing.
    let name: String

    var head: PageHead { PageHead(title: "You have confirmed that it is you") }

    var context: [String: Any] {
        [
            "kind": "ok", "is_done": true,
            "words": "You are signed in as \(name). Close this tab, and send your form from the tab that it is in.",
        ]
    }
}
