/// The routes of client registration and configuration.
struct RegistrationRoutes {
    let registrar: ClientRegistrar
    let audit: RefusalAudit
    let urls: ServerURLs

    /// - Returns: none if registration is off.
    var routes: [Route] {
        guard registrar.settings.mode != .off else { return [] }
        let (path, issuer) = (urls.path + "/oauth2/register", urls.issuer)
        let registration = RegistrationEndpoint(registrar: registrar, audit: audit, issuer: issuer)
        let configuration = ClientConfigurationEndpoint(registrar: registrar, audit: audit, issuer: issuer)
        return CrossOrigin.routes(["POST"], path, registration, isPrivate: true)
            + CrossOrigin.routes(
                ["GET", "PUT", "DELETE"], path + "/{\(ClientConfigurationEndpoint.parameter)}", configuration,
                isPrivate: true)
    }
}
