/// The refusal pages, each with a reference under which the audit log has the reason for the operator.
struct RefusalResponder: Sendable {
    let pages: PageResponder
    let audit: RefusalAudit

    /// - Parameters:
    ///   - cause: whose fault it is, unless the server's.
    ///   - form: the parameters of the request, if they could be read.
    ///   - client: the one that was found.
    ///   - isRegistered: whether there is such a client, if it was looked up.
    func response(
        _ error: OAuthError, _ cause: RefusalPage.Cause = .application, to request: EndpointRequest,
        form: Form? = nil, of client: ClientRecord? = nil, isRegistered: Bool? = nil, locales: String? = nil,
        at now: UnixTime
    ) -> EndpointResponse {
        let isFault = error.code != .temporarilyUnavailable
        // A form that belongs to no application says nothing about one.
        let named = cause == .form ? nil : form?.text("client_id")
        let reference =
            isFault
            ? record(
                error, request, form, of: client?.id.text ?? named,
                isRegistered: isRegistered ?? client.map { _ in true }, at: now) : nil
        let page = RefusalPage(
            cause: isFault ? cause : .server, detail: error.description, code: error.code.rawValue,
            reference: reference?.text, client: client?.shownName)
        return pages.response(
            .refusal(page), to: request, status: error.status ?? error.code.status, locales: locales)
    }

    /// Records what is wrong with a request.
    ///
    /// - Parameters:
    ///   - client: the one that the entry is about.
    ///   - isRegistered: whether there is such a client, if it was looked up.
    func record(
        _ error: OAuthError, _ request: EndpointRequest, _ form: Form?, of client: String?, isRegistered: Bool?,
        at now: UnixTime
    ) -> Reference {
        audit.record(
            error.code.rawValue, of: client, trace: RequestRecord(error, form, isRegistered: isRegistered).text,
            request: request, at: now
        ) { client, reference in
            .requestRefused(error.code, client: client, address: request.remoteAddress, reference: reference)
        }
    }

    /// The page for a form that was not accepted.
    func response(
        _ fault: FormProtectionFault, to request: EndpointRequest, form: Form? = nil, locales: String? = nil,
        at now: UnixTime
    ) -> EndpointResponse {
        let error = OAuthError(.invalidRequest, fault.detail, status: 403)
        return response(error, .form, to: request, form: form, locales: locales, at: now)
    }
}

extension FormProtectionFault {
    fileprivate var detail: String {
        switch self {
        case .crossSite: "The form was sent by another site. Open the page here and try again."
        case .noCookie:
            "The browser did not send the page's cookie. Allow cookies for this site, open the page and try again."
        case .wrongField: "The page is of another session or too old. Open it again and repeat what you did."
        }
    }
}
