import Server

extension RefusalPage {
    func context(_ translation: Translation, _ frame: Page.Frame) -> [String: Any] {
        var values: [String: [Part]] = ["host": [.name(frame.host)]]
        if let client { values["client"] = [.name(client)] }
        let isClientKnown = cause == .application && client != nil
        var context: [String: Any] = [
            "title": translation["refusal_\(key)_title"],
            "reason": translation.sentence(isClientKnown ? "refusal_client_reason" : "refusal_\(key)_reason", values),
            "advice": translation.sentence("refusal_\(key)_advice", values), "job": translation["refusal_\(key)_job"],
            "detail": ShownText.of(detail, limit: 1000), "code": ShownText.of(code),
        ]
        context["reference"] = reference.map { ShownText.of($0) }
        context["client"] = client.map { ShownText.of($0) }
        return context
    }

    private var key: String {
        switch cause {
        case .application: "application"
        case .browser: "browser"
        case .form: "form"
        case .formAddress: "form_address"
        case .server: "server"
        }
    }
}

extension FormPostPage {
    func context(_ translation: Translation) -> [String: Any] {
        [
            "title": translation["form_post_title"],
            "heading": translation.sentence("form_post_heading", ["client": [.name(client)]]), "action": action,
            "hidden": fields.context,
        ]
    }
}

extension SignOutPage {
    func context(_ translation: Translation, _ frame: Page.Frame) -> [String: Any] {
        var context: [String: Any] = [
            "title": translation["sign_out_title"],
            "signed_in": translation.sentence("consent_signed_in", ["person": [.name(person)]]),
            "effect": translation.sentence("sign_out_effect", ["host": [.name(frame.host)]]),
            "action": action, "hidden": hidden.context,
        ]
        context["asked"] = client.map { translation.sentence("sign_out_client", ["client": [.name($0)]]) }
        return context
    }
}
