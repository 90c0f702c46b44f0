import Administration
import Pages

/// The page that says why another one is not shown, or why a form did nothing.
struct FailurePage: ConsoleContent {
    static let template = "message"
    let isOutcome = true

    let failure: ConsoleFailure
    /// Who changed what the form was about, and when; `nil` if it is not known.
    var author: String?
    /// Of the page that was asked for, from the root.
    let path: String
    /// What was sent and can be sent again as it is; `nil` if the page should be opened again.
    var kept: KeptForm?
    /// The URL of the first page.
    let home: String
    /// The URL of `ConfirmationPage`.
    var confirmation = ""

    var head: PageHead { PageHead(title: title) }

    var context: [String: Any] {
        var context: [String: Any] = [
            "words": words, "link": ["text": link.text, "path": link.path],
            "kind": [403, 429].contains(failure.status) ? "warn" : "bad",
        ]
        context["again"] = kept?.context(confirmedAt: failure == .signInIsOld ? confirmation : nil)
        return context
    }

    private var title: String {
        switch failure {
        case .notFound, .missing: "Not found"
        case .noForm, .unreadableForm, .tooLong, .form: "The form was not accepted"
        case .notAdministrator: "Only administrators can do this"
        case .signInIsOld: "Sign in again to go on"
        case .tooMany: "Try again in a moment"
        case .changed: "Changed meanwhile"
        case .refused: "Nothing has been changed"
        case .damaged: "The record cannot be read"
        case .unavailable: "The store does not answer"
        case .diskFull: "The disk is full"
        case .unexpected: "Something went wrong"
        }
    }

    private var words: String {
        switch failure {
        case .notFound(let what):
            "The server does not have \(ShownText.of(what, limit: 300)). It may have been removed meanwhile, or the address was mistyped."
        case .noForm: "This page has no forms. Nothing has been changed."
        case .notAdministrator:
            "You can look at everything, and an administrator can change it. Nothing has been changed. An administrator can add you to "
                + "the group “\(AdminGroup.admin.rawValue)”."
        case .form(.crossSite):
            "Another site sent the form. Nothing has been changed. Open the page here and try again."
        case .form(.noCookie):
            "The browser did not send the page’s cookie. Nothing has been changed. Allow cookies for this site and try again."
        case .form(.wrongField):
            "The page is of an earlier sign-in or too old. Nothing has been changed. Open it again and repeat what you did."
        case .unreadableForm(let detail): "\(ShownText.of(detail, limit: 300)) Nothing has been changed."
        case .tooLong: "The form is too long. Nothing has been changed."
        case .signInIsOld:
            "What you asked for needs a sign-in of the last 10 minutes. Nothing has been changed yet. "
                + (kept?.words ?? "Open the page again: you will be asked to sign in first.")
        case .tooMany(let detail): detail
        case .missing(let sentence): "\(ShownText.of(sentence, limit: 400)) It may have been removed meanwhile."
        case .changed:
            (author ?? "Another operator has changed it")
                + ". Nothing of yours has been saved. Open the page again: it shows how things stand now."
        case .refused(let reason): ShownText.of(reason, limit: 600)
        case .damaged:
            "What the store has for this page is damaged, or a later version has written it. Nothing has been changed. countersign doctor "
                + "says more, and the server’s log has the reason."
        case .diskFull:
            "The store could not be written, because the server’s disk is full. Nothing has been changed"
                + (kept == nil ? "" : ", and what you typed is kept on this page")
                + ". Try again when the disk has room."
        case .unavailable:
            "Nothing has been changed\(kept == nil ? "" : ", and what you typed is kept on this page"). Try again in a moment; the server’s "
                + "log has the reason."
        case .unexpected: "Nothing more is known here; the server’s log has the reason."
        }
    }

    private var link: (text: String, path: String) {
        switch failure {
        case .signInIsOld: ("Sign in and go on", path)
        case .form, .changed, .refused, .unavailable, .diskFull, .unreadableForm, .tooLong, .noForm, .tooMany:
            ("Open the page again", path)
        case .notFound, .missing, .notAdministrator, .damaged, .unexpected: ("To the first page", home)
        }
    }
}

/// A path below the console's address at which it has no page.
struct UnknownPageEndpoint: Endpoint {
    private struct UnknownPage: ConsolePage {
        let path = ""

        func show(_ visit: Visit) throws -> any ConsoleContent {
            throw ConsoleFailure.notFound("a page at this address")
        }
    }

    let services: ConsoleServices

    /// The page in the console's frame is for people who are signed in. Others are not asked to sign in for a page that does not exist.
    func respond(to request: EndpointRequest) async -> EndpointResponse {
        do throws(OAuthError) {
            let now = services.runtime.clock()
            guard try await services.sessions.current(request, at: now) != nil else {
                return services.renderer.unknownPage(services)
            }
            return await PageEndpoint(page: UnknownPage(), services: services).respond(to: request)
        } catch {
            return services.renderer.unavailable(services)
        }
    }
}
