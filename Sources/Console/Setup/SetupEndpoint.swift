import Administration
import Pages

/// `/setup`: the page behind the one-time link, which makes the first administrator.
struct SetupEndpoint: Endpoint {
    let services: ConsoleServices
    let link: SetupLink

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = services.runtime.clock()
        let form =
            request.method == "POST" ? try? Form(of: request) : request.query.flatMap { try? Form(parsing: $0.utf8) }
        let secret = form?.text(SetupLink.parameter) ?? ""
        switch link.verdict(on: secret, from: request.remoteAddress, at: now) {
        case .invalid: return services.renderer.deadLink(services)
        case .tooManyAttempts: return services.renderer.tooManyAttempts(services)
        case .valid: break
        }
        do throws(StoreError) {
            guard try await !link.hasAdministrator() else {
                link.end()
                return services.renderer.deadLink(services)
            }
        } catch {
            return services.renderer.unavailable(services)
        }
        guard let form, request.method == "POST" else { return page(SetupForm(), secret, request) }
        do {
            try services.protection.check(form, .consoleSetup, context: [secret], in: request)
        } catch {
            return page(
                SetupForm(form), secret, request, fault: SetupForm.Fault(nil, "The page was too old. Send it again."))
        }
        return await make(SetupForm(form), secret, request, at: now)
    }

    private func make(
        _ form: SetupForm, _ secret: String, _ request: EndpointRequest, at now: UnixTime
    ) async -> EndpointResponse {
        if let fault = form.fault { return page(form, secret, request, fault: fault) }
        guard link.claim() else { return services.renderer.deadLink(services) }
        let user = form.user(at: now)
        let password = NewPassword(form.password, settings: services.settings.signIn, host: services.urls.hostName)
        do {
            _ = try await PeopleAdministration(link.storeForFirst).add(user, password: password)
        } catch StoreError.changed {
            // A command or the admin API has made one meanwhile.
            link.end()
            return services.renderer.deadLink(services)
        } catch {
            link.release()
            guard let fault = SetupForm.Fault(error) else { return services.renderer.unavailable(services) }
            return page(form, secret, request, fault: fault)
        }
        link.end()
        services.runtime.report(.administratorMade(user: user.name, address: request.remoteAddress))
        return services.renderer.madeAdministrator(user, services)
    }

    private func page(
        _ form: SetupForm, _ secret: String, _ request: EndpointRequest, fault: SetupForm.Fault? = nil
    ) -> EndpointResponse {
        guard let protected = services.protection.protect(.consoleSetup, context: [secret], in: request) else {
            return services.renderer.unavailable(services)
        }
        var context: [String: Any] = [
            "title": "Make the first administrator", "action": services.address.path + SetupLink.path,
            "hidden": [HiddenField(SetupLink.parameter, secret), protected.field].map {
                ["name": $0.name, "value": $0.value]
            },
            "user": form.user, "name": form.name,
            "minimum_length": String(services.settings.signIn.passwordRules.minimumLength),
        ]
        if let fault {
            context["fault"] = ["field": fault.field?.rawValue ?? "user", "message": fault.message]
            if let field = fault.field { context["fault_of_" + field.rawValue] = ["message": fault.message] }
        }
        return services.renderer.sheet(
            "setup", context, status: fault == nil ? 200 : 400, cookies: protected.cookies)
    }
}

/// What the form of the page says.
struct SetupForm: Sendable {
    enum Field: String, Sendable {
        case user
        case name
        case password
        case again = "password_again"
    }

    /// What was not accepted.
    struct Fault: Sendable, Equatable {
        /// `nil` for the whole form.
        let field: Field?
        let message: String

        init(_ field: Field?, _ message: String) {
            self.field = field
            self.message = message
        }

        /// - Returns: `nil` for an error that has nothing to do with what was typed.
        init?(_ error: any Error) {
            switch error {
            case PasswordFault.tooShort(let minimum):
                self.init(.password, "A password needs \(minimum) characters at least.")
            case PasswordFault.tooLong(let maximum):
                self.init(.password, "A password can have \(maximum) bytes at most.")
            case PasswordFault.common: self.init(.password, "This password is on lists that attackers try first.")
            case PasswordFault.containsName:
                self.init(.password, "Without the names in it, little of this password is left.")
            case StoreError.conflict:
                self.init(.user, "A person has this user name or e-mail address already. Choose another one.")
            case StoreError.invalid(let reason): self.init(.user, "\(reason).")
            default: return nil
            }
        }
    }

    var user = ""
    var name = ""
    var password = ""
    var again = ""

    init() {}

    init(_ form: Form) {
        user = form.text(Field.user.rawValue) ?? ""
        name = form.text(Field.name.rawValue) ?? ""
        password = form.text(Field.password.rawValue) ?? ""
        again = form.text(Field.again.rawValue) ?? ""
    }

    var fault: Fault? {
        guard UserRecord.isName(user) else {
            return Fault(
                .user, "A user name has 1 to 255 bytes, no control characters, and no space at its beginning or end.")
        }
        guard name.utf8.count <= 255 else { return Fault(.name, "A name can have 255 bytes at most.") }
        guard ExactString(password) == ExactString(again) else {
            return Fault(.again, "The two passwords are not the same. Type both again.")
        }
        return nil
    }

    func user(at now: UnixTime) -> UserRecord {
        UserRecord(
            name: user, claims: name.isEmpty ? [:] : ["name": .string(name)], groups: [AdminGroup.admin.rawValue],
            createdAt: now)
    }
}

extension ServerURLs {
    /// The host without its port.
    var hostName: String {
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return host }
        return String(host[..<colon])
    }
}
