import Administration
import Pages

/// Pages for people who are not signed in to the console, or may not open it.
extension ConsoleRenderer {
    /// - Parameters:
    ///   - paragraphs: text, which is escaped.
    ///   - command: a command that helps, without the program's name.
    ///   - links: the first one is the one to follow.
    ///   - again: the values of the template `kept`.
    private func sheet(
        _ title: String, _ paragraphs: [String], command: [String]? = nil, links: [(text: String, url: String)],
        again: [String: Any]? = nil, status: Int, cookies: [String] = []
    ) -> EndpointResponse {
        var context: [String: Any] = [
            "title": title, "paragraphs": paragraphs,
            "links": links.enumerated().map { index, link -> [String: Any] in
                ["text": link.text, "url": link.url, "is_first": index == 0]
            },
        ]
        context["again"] = again
        context["has_links"] = !links.isEmpty
        context["command"] = command.map { ShellCommand.text($0) }
        return sheet("sheet", context, status: status, cookies: cookies)
    }

    func unavailable(_ services: ConsoleServices) -> EndpointResponse {
        sheet(
            "The server cannot answer now",
            [
                "Its store does not answer. Nothing has been changed. Try again in a moment; the server’s log has the reason."
            ],
            links: [("Try again", services.home)], status: 503)
    }

    func unknownPage(_ services: ConsoleServices) -> EndpointResponse {
        sheet(
            "Not found", ["The console has no page at this address. It may have been mistyped."],
            links: [("To the console", services.home)], status: 404)
    }

    /// For a form whose sender is not signed in any more.
    ///
    /// - Parameters:
    ///   - path: of the page with the form.
    ///   - kept: what was sent, if it can be sent again.
    func signedOutMeanwhile(
        _ path: String, keeping kept: KeptForm? = nil, _ services: ConsoleServices
    ) -> EndpointResponse {
        sheet(
            "You are not signed in any more",
            [
                "Nothing has been changed. The console signs people out after \(ConsoleSessions.idleLimit.text) without use, and after "
                    + "\(ConsoleSessions.lifetime.text) at the latest.",
                kept?.words ?? "Sign in again and repeat what you did.",
            ],
            links: kept == nil ? [("Sign in", services.address.origin + path)] : [],
            again: kept?.context(confirmedAt: services.confirmation), status: 403)
    }

    /// For a person who is in neither group.
    func noAccess(_ person: Operator, _ services: ConsoleServices, cookies: [String]) -> EndpointResponse {
        let (admin, viewer) = (AdminGroup.admin.rawValue, AdminGroup.viewer.rawValue)
        return sheet(
            "You may not open the console",
            [
                "You are signed in as \(ShownText.of(person.user.displayName)) (\(ShownText.of(person.user.name))). The console is for members "
                    + "of the groups “\(admin)”, who may change everything, and “\(viewer)”, who may look at everything.",
                "Ask an administrator of this server to add you to one of them. On the machine of the server, this command does it:",
            ],
            command: ShellCommand.arguments(
                ["user", "edit"], on: [person.user.name],
                (person.user.groups + [viewer]).flatMap { ShellCommand.option("--group", $0) }),
            links: [
                (
                    "Sign in as somebody else",
                    services.address.issuer + OtherAccountEndpoint.path + "?" + OtherAccountEndpoint.query
                ),
                ("Your account", services.urls.issuer + "/account"),
            ], status: 403, cookies: cookies)
    }

    func signInFailed(_ fault: ConsoleSignInFault, _ services: ConsoleServices) -> EndpointResponse {
        let again = ("Sign in", services.home)
        let cookies = [services.signIn.deletion]
        switch fault {
        case .otherBrowser:
            return sheet(
                "Begin again",
                [
                    "This is the answer to a sign-in that did not begin in this browser, or that began more than an hour ago. You have not been "
                        + "signed in."
                ], links: [again], status: 400, cookies: cookies)
        case .cancelled:
            return sheet(
                "You have not signed in", ["You cancelled the sign-in. The console stays closed."], links: [again],
                status: 403, cookies: cookies)
        case .refused(let reason):
            return sheet(
                "The sign-in failed",
                [
                    "The server did not accept its own console: \(ShownText.of(reason)). Sign in again. If that does not help, the server’s log "
                        + "has the reason."
                ], links: [again], status: 403, cookies: cookies)
        case .unavailable: return unavailable(services)
        }
    }

    func signedOut(_ services: ConsoleServices, cookies: [String]) -> EndpointResponse {
        sheet(
            "You are signed out of the console",
            [
                "The console asks you to sign in before it opens again. Your session at \(services.urls.host) goes on, for the other "
                    + "applications that you use it for. End it, too, if you share this computer."
            ],
            links: [
                ("End the session", services.urls.endSession), ("Sign in to the console", services.home),
            ], status: 200, cookies: cookies)
    }

    // MARK: The first administrator

    func deadLink(_ services: ConsoleServices) -> EndpointResponse {
        sheet(
            "This link does not work",
            [
                "It works once, for \(SetupLink.lifetime.text) after the server began to listen, and only while the server has no "
                    + "administrator. If there is none, restart the server: it prints another link. On the machine of the server, this command "
                    + "does the same:"
            ], command: ["user", "add", "NAME", "--group", AdminGroup.admin.rawValue],
            links: [("To the console", services.home)], status: 403)
    }

    func tooManyAttempts(_ services: ConsoleServices) -> EndpointResponse {
        sheet(
            "Too many attempts", ["This address has tried too many links. Wait a minute, then open the link again."],
            links: [("To the console", services.home)], status: 429)
    }

    func madeAdministrator(_ user: UserRecord, _ services: ConsoleServices) -> EndpointResponse {
        sheet(
            "The first administrator is made",
            [
                "\(ShownText.of(user.displayName)) may change everything. The link does not work any more. Sign in as "
                    + "“\(ShownText.of(user.name))” with the password that you have just chosen."
            ], links: [("Sign in", services.home)], status: 200)
    }
}

extension ConsoleServices {
    /// The URL of the first page.
    var home: String { address.path.isEmpty ? address.issuer + "/" : address.issuer }
    /// The URL at which people confirm who they are.
    var confirmation: String { address.issuer + ConfirmationPage.location }
}
