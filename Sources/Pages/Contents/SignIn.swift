import Server

extension SignInPage {
    func context(_ translation: Translation, _ frame: Page.Frame) -> [String: Any] {
        var values: [String: [Part]] = [:]
        if let client { values["client"] = [.name(client.name)] }
        if let signedInAs { values["person"] = [.name(signedInAs)] }
        let lead = "\(signedInAs == nil ? "signin_lead" : "signin_again_lead")\(client == nil ? "_account" : "")"
        var context: [String: Any] = [
            "title": translation[signedInAs == nil ? "signin_title" : "signin_again_title"],
            "lead": translation.sentence(lead, values),
            "address": translation.sentence("signin_address", ["host": [.name(frame.host)]]),
            "action": action, "hidden": hidden.context, "cancel": canCancel,
        ]
        context["logo"] = client?.logo?.url
        context["claim"] = client?.selfDescription?.context(translation)
        if let name, !name.isEmpty, name.utf8.count <= 256 { context["user"] = name }
        switch failure {
        case .wrongNameOrPassword: context["wrong"] = true
        case .tooManyAttempts(let wait):
            let time = TimeWords.wait(wait, in: translation)
            context["problem"] = problem(translation, "signin_too_many", ["time": time])
        case .busy: context["problem"] = problem(translation, "signin_busy")
        case .expired: context["problem"] = problem(translation, "signin_expired")
        case nil: break
        }
        return context
    }

    private func problem(_ translation: Translation, _ key: String, _ values: [String: String] = [:]) -> [String: Any] {
        ["title": translation[key], "advice": translation.text(key + "_advice", values)]
    }
}
