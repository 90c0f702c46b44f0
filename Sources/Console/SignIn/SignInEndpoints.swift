/// `GET /callback`: the redirect URI of the console.
struct CallbackEndpoint: Endpoint {
    let services: ConsoleServices

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = services.runtime.clock()
        do throws(ConsoleSignInFault) {
            let (path, cookies) = try await services.signIn.finish(request, at: now)
            // The place was sealed by this server and begins with the console's path; with the origin it leads nowhere else.
            return PageResponder.redirect(to: services.address.origin + path, cookies: cookies)
        } catch {
            // In another tab the person may have signed in meanwhile.
            if case .otherBrowser = error, (try? await services.sessions.current(request, at: now)) != nil {
                return PageResponder.redirect(to: services.home)
            }
            return services.renderer.signInFailed(error, services)
        }
    }
}

/// `GET /sign-in?account=other`: signs in as somebody else than the person whose session the browser has.
struct OtherAccountEndpoint: Endpoint {
    static let path = "/sign-in"
    static let query = "account=other"

    let services: ConsoleServices

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        services.signIn.begin(
            returningTo: services.address.path + (services.address.path.isEmpty ? "/" : ""),
            selectsAccount: request.query == Self.query, at: services.runtime.clock())
    }
}

/// `POST /sign-out`: signs the person out of the console.
struct SignOutEndpoint: Endpoint {
    static let path = "/sign-out"

    let services: ConsoleServices

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = services.runtime.clock()
        do throws(OAuthError) {
            guard let current = try await services.sessions.current(request, at: now) else {
                return services.renderer.signedOut(services, cookies: [])
            }
            guard request.method == "POST" else { return PageResponder.redirect(to: services.home) }
            do {
                try services.protection.check(
                    try Form(of: request), .console, context: FormProtection.context(current.person.firstGrant),
                    in: request)
            } catch {
                return services.renderer.signedOutMeanwhile(services.address.path, services)
            }
            return services.renderer.signedOut(services, cookies: try await services.sessions.end(request, at: now))
        } catch {
            return services.renderer.unavailable(services)
        }
    }
}
