/// A client as people see it.
package struct ClientPresentation: Sendable, Equatable {
    /// See `ClientRecord.shownName`.
    package let name: String
    package let id: String
    package let website: String?
    /// `nil` for a client that describes itself: it could show the logo of somebody else.
    package let logo: ClientLogo?
    package let privacyPolicy: String?
    package let termsOfService: String?
    /// The redirect URI that the person returns to.
    package let returnsTo: String?
    /// What a client that is known by its URL says about itself; `nil` for registered ones, which the operator has checked.
    package let selfDescription: SelfDescription?

    package struct SelfDescription: Sendable, Equatable {
        /// `client_name`; `nil` if the client has given none.
        package let name: String?
        /// The host that the person returns to; `nil` for an application on their device.
        package let returnHost: String?

        package init(name: String?, returnHost: String?) {
            self.name = name
            self.returnHost = returnHost
        }
    }

    package init(
        name: String, id: String, website: String? = nil, logo: ClientLogo? = nil, privacyPolicy: String? = nil,
        termsOfService: String? = nil, returnsTo: String? = nil, selfDescription: SelfDescription? = nil
    ) {
        self.name = name
        self.id = id
        self.website = website
        self.logo = logo
        self.privacyPolicy = privacyPolicy
        self.termsOfService = termsOfService
        self.returnsTo = returnsTo
        self.selfDescription = selfDescription
    }

    /// - Parameters:
    ///   - returnsTo: the redirect URI of a request.
    ///   - allowsHTTPOnLoopback: whether the logo may come from this machine without TLS.
    init(_ client: ClientRecord, returnsTo: String? = nil, allowsHTTPOnLoopback: Bool = false) {
        let options = client.signIn
        let returnHost = returnsTo.flatMap { try? URIParts($0) }?.webHost
        // Registration stores the identifier as the name of a client that has sent none.
        let givenName = client.name.isEmpty || client.name == client.id.text ? nil : client.name
        let ownHost = client.metadataHost ?? returnHost
        // The host of a link is read as the client's, so one that describes itself has links to its own host alone.
        func link(_ url: String?) -> String? {
            guard client.describesItself, let url else { return url }
            return ownHost != nil && URIParts.webHost(of: url) == ownHost ? url : nil
        }
        self.init(
            name: client.isSelfRegistered ? returnHost.map(Self.shownHost) ?? client.shownName : client.shownName,
            id: client.id.text, website: link(options.website),
            logo: client.describesItself
                ? nil : options.logo.flatMap { ClientLogo($0, allowsHTTPOnLoopback: allowsHTTPOnLoopback) },
            privacyPolicy: link(options.privacyPolicy), termsOfService: link(options.termsOfService),
            returnsTo: returnsTo,
            selfDescription: client.describesItself
                ? SelfDescription(
                    name: givenName, returnHost: returnHost.map(Self.shownHost)) : nil)
    }

    /// Of a host, in characters. Pages show this much of a name.
    private static let maximumHostLength = 80

    /// Shortens a host at its beginning: the domain to which it belongs is its end.
    fileprivate static func shownHost(_ host: String) -> String {
        host.count <= maximumHostLength ? host : "…" + host.suffix(maximumHostLength - 1)
    }
}

extension ClientRecord {
    /// Whether no operator has checked what the client says about itself.
    var describesItself: Bool { metadataHost != nil || isSelfRegistered }

    /// The name that people see without a request: `client_name`, or the identifier if there is none. A client that describes itself can
    /// call itself anything. People see its host if a document there proves it; redirect URIs prove nothing until a code is sent to one.
    var shownName: String {
        if let metadataHost { return ClientPresentation.shownHost(metadataHost) }
        return name.isEmpty || isSelfRegistered ? id.text : name
    }

    /// RFC 9700 §4.11: returns whether a person who has not seen a page of this server may be sent to a registered URI of the client.
    ///
    /// The operator has checked the URIs of the clients that it has registered. With those of a client that describes itself anybody who can
    /// publish a document on an allowed host, or register a client, would have an open redirector, except to that host and to the person's
    /// own machine.
    func maySendUnseen(to uri: String) -> Bool {
        guard describesItself else { return true }
        guard let parts = try? URIParts(uri) else { return false }
        // http is only for loopback addresses.
        return parts.scheme == "http" || parts.scheme == "https" && parts.host == metadataHost
    }
}

extension URIParts {
    /// The host of an https URL.
    fileprivate var webHost: String? { scheme == "https" ? host : nil }
}
