/// What a fetch may do and cost.
public struct FetchPolicy: Sendable {
    /// Whether loopback addresses are let through, and `http` on them. For tests and development.
    public var allowsHTTPOnLoopback: Bool
    /// Whose certificates are believed.
    public var trust: TrustRoots
    /// All of it: looking up names, redirects, TLS, the last byte of the body.
    public var timeout: Duration
    /// The longest body, in bytes.
    public var maximumLength: Int
    /// How many redirects are followed.
    public var maximumRedirects: Int

    /// - Parameter trust: the system's authorities, unless others are given.
    public init(
        allowsHTTPOnLoopback: Bool = false, trust: TrustRoots = .system, timeout: Duration = .seconds(5),
        maximumLength: Int = 262_144, maximumRedirects: Int = 3
    ) {
        self.allowsHTTPOnLoopback = allowsHTTPOnLoopback
        self.trust = trust
        self.timeout = timeout
        self.maximumLength = maximumLength
        self.maximumRedirects = maximumRedirects
    }

    /// Why an address must not be connected to under this policy, or `nil` if it may.
    ///
    /// Plain http stays on this machine even where a name like `localhost` leads elsewhere.
    func refusal(of address: IPAddress, for scheme: RemoteURL.Scheme) -> AddressRefusal? {
        let purpose = AddressGuard.purpose(of: address)
        switch (scheme, purpose) {
        case (_, .loopback): return allowsHTTPOnLoopback ? nil : .specialPurpose(.loopback)
        case (.https, nil): return nil
        case (.http, nil): return .publicOverHTTP
        case (_, let purpose?): return .specialPurpose(purpose)
        }
    }
}

/// Why an address is not connected to.
public enum AddressRefusal: Sendable, Equatable {
    /// It is not a place on the public internet.
    case specialPurpose(SpecialPurpose)
    /// It is, and the document would travel unencrypted.
    case publicOverHTTP

    /// The same as a phrase.
    public var explanation: String {
        switch self {
        case .specialPurpose(let purpose): purpose.rawValue
        case .publicOverHTTP: "not a loopback address, to which alone plain http may go"
        }
    }
}
