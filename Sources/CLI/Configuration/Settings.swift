import Logging
import Server

/// All settings: the single source for the file, the environment, the flags, the help and the error messages.
struct Settings: Sendable {
    static let known = Settings()

    // MARK: [server]

    let listen = Setting(
        "server.listen", .listenAddress, default: ListenAddress(host: "127.0.0.1", port: 9443),
        "Host and port. Port 0 selects a free one.", hasFlag: true)
    let issuer = Setting(
        "server.issuer", SettingKind<ServerURLs>.issuer.optional("the listen address"), default: nil,
        "The public URL of this server.", hasFlag: true)
    let data = Setting(
        "server.data", .path, default: "./countersign-data", "The directory of the database and of the master key.",
        hasFlag: true)
    let tlsCertificate = Setting(
        "server.tls_certificate", .optionalPath(), default: nil, "PEM file with the certificate chain.", hasFlag: true)
    let tlsKey = Setting(
        "server.tls_key", .optionalPath(), default: nil, "PEM file with the certificate's private key.", hasFlag: true)
    let behindProxy = Setting(
        "server.behind_proxy", .boolean, default: false, "A proxy in front terminates TLS.", hasFlag: true)
    let maximumConnections = Setting(
        "server.maximum_connections", .integer(1...1_000_000), default: 10_000, "The limit of open connections.")
    let requestTimeout = Setting(
        "server.request_timeout_seconds", .seconds(1...3600), default: .seconds(30),
        "Time for a whole request to arrive.")
    let idleTimeout = Setting(
        "server.idle_timeout_seconds", .seconds(1...86_400), default: .seconds(60),
        "Time that a kept-alive connection may be idle.")
    let answerTimeout = Setting(
        "server.answer_timeout_seconds", .seconds(1...3600), default: .seconds(30),
        "Time for a client to receive a response.")
    let connectionLifetime = Setting(
        "server.connection_lifetime_seconds", .seconds(1...604_800), default: .seconds(3600),
        "Age at which a connection is closed after its next response.")
    let requestsPerConnection = Setting(
        "server.requests_per_connection", .integer(1...1_000_000_000), default: 100_000,
        "Requests after which a connection is closed.")
    let http2 = Setting("server.http2", .boolean, default: true, "Whether HTTP/2 is offered over TLS.")
    let masterKeyFile = Setting(
        "server.master_key_file", .optionalPath("master.key in the data directory"), default: nil,
        "The key that seals signing keys and keys of opaque tokens at rest.")
    let scopesSupported = Setting(
        "server.scopes_supported", SettingKind<[String]>.scopes.optional("those that clients can be granted"),
        default: nil, "The scopes that the metadata lists; an empty list lists none.")
    let logLevel = Setting(
        "server.log_level", .choice(of: Logger.Level.allCases), default: .info,
        "The least severe level that is logged.")

    // MARK: [assertions]

    let audienceProfile = Setting(
        "assertions.audience_profile", .choice(of: [AudienceProfile.compatible, .strict, .fapi]),
        default: .compatible, "The accepted values of aud (rule 17).")
    let clockSkew = Setting(
        "assertions.clock_skew_seconds", .seconds(10...Int(AssertionPolicy.longestClockSkew.components.seconds)),
        default: .seconds(30),
        "How far two clocks may differ (rules 18 to 22).")
    let maximumLifetime = Setting(
        "assertions.maximum_lifetime_minutes", .minutes(1...1440), default: .seconds(60 * 60),
        "How far in the future exp may be (rule 19).")
    let requiresIssuedAt = Setting(
        "assertions.require_issued_at", .boolean, default: false, "Whether iat is required (rule 22).")
    let requiresExplicitTyping = Setting(
        "assertions.require_explicit_typing", .boolean, default: false,
        "Whether typ must be client-authentication+jwt (rule 17).")
    let audienceAliases = Setting(
        "assertions.audience_aliases", .texts, default: [], "Further accepted audiences (rule 17).")
    let certificateValidity = Setting(
        "assertions.certificate_validity",
        .choice(of: AssertionPolicy.CertificateValidity.allCases), default: .enforce,
        "How keys with an expired certificate are treated (rule 16).")

    // MARK: [replay]

    let maximumLiveClaims = Setting(
        "replay.maximum_live_claims", .integer(1...1_000_000_000), default: 10_000_000,
        "The maximum number of used assertions remembered (rule 24), at 10 to 15 bytes of memory each.")

    // MARK: [audit]

    let maximumRefusals = Setting(
        "audit.maximum_refusals", .integer(1000...10_000_000), default: 1_000_000,
        "The maximum number of refusals kept, half of them for callers who proved a key.")

    // MARK: [access_tokens]

    let tokenAlgorithm = Setting(
        "access_tokens.signing_algorithm",
        .choice(AccessTokenSettings.signingAlgorithms.map { ($0.name, $0) } + [("Ed25519", .edDSA)]),
        default: .es256, "How JWT access tokens are signed.")
    let tokenLifetime = Setting(
        "access_tokens.lifetime_seconds", .seconds(1...2_592_000), default: .seconds(3600),
        "How long a token is valid, unless the client's registration says otherwise.")
    let tokenAudience = Setting(
        "access_tokens.audience", .optionalText("the issuer"), default: nil, "aud of access tokens.")

    // MARK: [client_secrets]

    let acceptsSecrets = Setting(
        "client_secrets.enabled", .boolean, default: false,
        "Whether clients may authenticate with a secret, if they are registered for it.")

    // MARK: [sign_in]

    let requiresProofKey = Setting(
        "sign_in.require_pkce", .boolean, default: false,
        "Whether PKCE is demanded of every client; public clients always need it.")
    let sessionIdleLimit = Setting(
        "sign_in.session_idle_minutes", .minutes(1...43_200), default: SessionSettings().idleLimit,
        "The time without use after which a person has to sign in again.")
    let sessionLifetime = Setting(
        "sign_in.session_lifetime_hours", .hours(1...8760), default: SessionSettings().lifetime,
        "The time after which a person has to sign in again in any case.")
    let idTokenLifetime = Setting(
        "sign_in.id_token_lifetime_seconds", .seconds(1...86_400), default: .seconds(3600),
        "How long an ID token is valid, unless the client's registration says otherwise.")
    let refreshTokenLifetime = Setting(
        "sign_in.refresh_token_lifetime_hours", .hours(1...8760), default: .seconds(30 * 86_400),
        "How long a refresh token is valid after the sign-in, unless the client's registration says otherwise.")
    let minimumPasswordLength = Setting(
        "sign_in.minimum_password_length", .integer(PasswordRules.lowestMinimum...64, "characters"),
        default: PasswordRules.standardMinimum, "The length that a new password needs.")
    let passwordCost = Setting(
        "sign_in.password_cost", .passwordCost, default: .standard,
        "The binary logarithm of scrypt's N: 17 takes 128 MiB for each check, and each step doubles or halves it.")
    let passwordConcurrency = Setting(
        "sign_in.concurrent_password_checks", .integer(1...64), default: 2,
        "How many passwords are checked at once.")

    // MARK: [pages]

    let pagesName = Setting(
        "pages.name", .text(), default: "Countersign", "The name at the top of the pages that people see.")
    let helpURL = Setting(
        "pages.help_url", SettingKind<String>.webAddress.optional(), default: nil, "Where people find help.")
    let privacyURL = Setting(
        "pages.privacy_url", SettingKind<String>.webAddress.optional(), default: nil,
        "Where people read what is kept about them.")
    let theme = Setting(
        "pages.theme", .optionalPath(), default: nil,
        "A folder whose templates, texts and stylesheets replace those of the pages.")

    // MARK: [console]

    let consoleIsEnabled = Setting(
        "console.enabled", .boolean, default: true, "Whether administrators have a web console.")
    let consoleListen = Setting(
        "console.listen", SettingKind<ListenAddress>.listenAddress.optional("that of the server"), default: nil,
        "Host and port at which the console alone answers; the server's address then has no console.")
    let consoleURL = Setting(
        "console.url", SettingKind<ServerURLs>.issuer.optional("console.listen, or the issuer followed by /console"),
        default: nil, "The public URL of the console at console.listen.")

    // MARK: [management]

    let managementListen = Setting(
        "management.listen", .managementAddress, default: ListenAddress(host: "127.0.0.1", port: 9464),
        "Host and port of the metrics and of health; 'off' for none. With port 0 of the server, the default is a free port."
    )

    // MARK: [remote_keys]

    let allowsHTTPOnLoopback = Setting(
        "remote_keys.allow_http_loopback", .boolean, default: false,
        "Whether key sets may come from loopback addresses, over http too: for tests and development.")
    let keySetCoolDown = Setting(
        "remote_keys.cool_down_seconds", .seconds(1...3600), default: .seconds(30),
        "How long an unknown kid or a bad signature triggers no second fetch of the same key set (rule 13).")
    let keySetGrace = Setting(
        "remote_keys.grace_hours", .hours(0...720), default: .seconds(86_400),
        "How long the last good key set works while its URL cannot be read.")
    let trustedCertificates = Setting(
        "remote_keys.trusted_certificates", .optionalPath("those of the system"), default: nil,
        "PEM file with the authorities trusted for key servers, instead of the system's.")
    let additionalTrustedCertificates = Setting(
        "remote_keys.additional_trusted_certificates", .optionalPath(), default: nil,
        "PEM file with authorities trusted for key servers, in addition to the system's.")
    let allowedNetworks = Setting(
        "remote_keys.allowed_networks", .networks, default: [],
        "Private networks that the key sets of registered clients may come from.")
    let allowedHosts = Setting(
        "remote_keys.allowed_hosts", .hostPatterns, default: [],
        "Hosts whose addresses may be private; *.example.internal stands for every host below it.")
    let proxy = Setting(
        "remote_keys.proxy", SettingKind<ProxyChoice>.proxy.optional(), default: nil,
        "The HTTP proxy for key servers; 'environment' uses HTTPS_PROXY and NO_PROXY.")
    let proxyPasswordFile = Setting(
        "remote_keys.proxy_password_file", .optionalPath(), default: nil,
        "A file whose first line is the password of the proxy's user.")
    let proxyExceptions = Setting(
        "remote_keys.no_proxy", .proxyExceptions, default: [],
        "Hosts, addresses and networks that are reached without the proxy.")
    let proxyResolvesNames = Setting(
        "remote_keys.proxy_resolves_names", .boolean, default: false,
        "Whether the proxy resolves names; their addresses are then not checked.")

    /// The settings that have an effect only with `proxy`.
    var ofProxy: [any SettingEntry] { [proxyPasswordFile, proxyExceptions, proxyResolvesNames] }

    // MARK: [client_id_metadata_documents]

    let acceptsClientURLs = Setting(
        "client_id_metadata_documents.enabled", .boolean, default: false, "Whether clients that are URLs are accepted.")
    let clientURLHosts = Setting(
        "client_id_metadata_documents.allowed_hosts", .clientHosts, default: [],
        "The hosts of such clients; *.example.com stands for every host below it.")
    let clientURLScopes = Setting(
        "client_id_metadata_documents.scopes", .scopesOfStrangers, default: [],
        "The scopes that such a client can be granted.")

    // MARK: [registration]

    let registrationMode = Setting(
        "registration.mode", .choice(of: RegistrationSettings.Mode.allCases), default: .off,
        "Whether clients can register themselves: with an initial access token, or everyone.")
    let registrationScopes = Setting(
        "registration.scopes", .scopesOfStrangers, default: RegistrationSettings().scopes,
        "The scopes that such a client can be granted, unless its token says otherwise.")
    let allowsClientCredentials = Setting(
        "registration.allow_client_credentials", .boolean, default: false,
        "Whether clients without an initial access token can have the grant client_credentials.")
    let maximumUnusedRegistrations = Setting(
        "registration.maximum_unused", .integer(1...1_000_000), default: RegistrationSettings().openBounds.unused,
        "The limit of clients registered without a token that were never used.")
    let maximumRegistrations = Setting(
        "registration.maximum_clients", .integer(1...10_000_000), default: RegistrationSettings().openBounds.total,
        "The limit of clients registered without a token.")
    let registrationsPerHour = Setting(
        "registration.per_address_and_hour", .integer(1...100_000), default: RegistrationSettings().perSourceAndHour,
        "How many clients one address may register in an hour without a token.")
    let unprovenRegistrationLifetime = Setting(
        "registration.never_used_hours", .hours(1...8760), default: RegistrationSettings().unprovenLifetime,
        "The time after which a client registered without a token is removed if it was never used.")
    let unusedRegistrationLifetime = Setting(
        "registration.unused_hours", .hours(1...87_600), default: RegistrationSettings().unusedLifetime,
        "The time after its last use at which a client that registered itself is removed.")

    // MARK: [admin_api]

    let servesAdminAPI = Setting(
        "admin_api.enabled", .boolean, default: true,
        "Whether the server is administered at /admin/v1, with access tokens for it.")

    // MARK: [[event_listener]]

    let listenerID = Setting(
        "event_listener.id", .choice([("private_key_jwt_authenticator", true)]), default: true, "Which listener it is.")
    let listenerType = Setting("event_listener.type", .optionalText(), default: nil, "Has no effect.")
    let listenerName = Setting("event_listener.name", .optionalText(), default: nil, "Has no effect.")
    let listenerOrder = Setting("event_listener.order", .integer(Int.min...Int.max), default: 899, "Has no effect.")
    let listenerIsEnabled = Setting(
        "event_listener.enable", .boolean, default: true, "Whether client assertions are accepted at all.")
    let preventsReuse = Setting(
        "event_listener.properties.PreventTokenReuse", .boolean, default: true, "An assertion works once (rule 24).")
    let maximumAge = Setting(
        "event_listener.properties.RejectBeforeInMinutes", .minutes(0...525_600), default: .seconds(300 * 60),
        "How old iat may be (rule 22); 0 turns this off.")
    let tokenEndpointAlias = Setting(
        "event_listener.properties.TokenEndpointAlias", .optionalText(), default: nil,
        "One more accepted audience (rule 17).")

    // MARK: [[cache.manager]]

    let cacheName = Setting(
        "cache.manager.name", .choice([("PrivateKeyJWT", true)]), default: true, "Which cache it is.")
    let cacheTimeout = Setting(
        "cache.manager.timeout", .seconds(1...86_400), default: .seconds(10), "How long a client is cached.")
    let cacheCapacity = Setting(
        "cache.manager.capacity", .integer(1...10_000_000), default: 5000, "The limit of cached clients.")

    // MARK: All of them

    /// In the order of declaration, which is that of the documentation.
    static let all = Mirror(reflecting: known).children.compactMap { $0.value as? any SettingEntry }

    /// Tables that are written `[[…]]`.
    static let blocks = ["event_listener", "cache.manager"]

    static func entry(_ key: String) -> (any SettingEntry)? { entries[ExactString(key)] }

    /// Returns the keys and tables directly below a table; the empty string is the root.
    static func names(below table: String) -> [String] { names[ExactString(table), default: []] }

    // Dictionaries, because a file may have 100,000 unknown keys.
    private static let entries = Dictionary(uniqueKeysWithValues: all.map { (ExactString($0.key), $0) })

    private static let names: [ExactString: [String]] = all.reduce(into: [:]) { names, entry in
        let parts = entry.key.split(separator: ".").map(String.init)
        for (count, part) in parts.enumerated() {
            let table = ExactString(parts.prefix(count).joined(separator: "."))
            if !names[table, default: []].contains(part) { names[table, default: []].append(part) }
        }
    }

    /// Returns the required setting that names the listener or cache that a block configures.
    static func discriminator(of block: String) -> (any SettingEntry)? {
        all.first { $0.key.hasPrefix(block + ".") && !$0.key.dropFirst(block.count + 1).contains(".") }
    }
}
