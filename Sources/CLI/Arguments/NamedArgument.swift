import ArgumentParser
import Store

/// An argument with a fixed set of case-insensitive names; completions and error messages are derived from them.
///
/// Public because public types of the libraries conform to it.
public protocol NamedArgument: ExpressibleByArgument, Sendable {
    /// The names, as help and completion show them.
    static var names: [String] { get }
    /// The name that removes the client's own setting, if an option has one: see `ClientSetting`.
    static var unsetName: String { get }

    /// Returns the value of one of the names.
    static func named(_ name: String) -> Self?
}

extension NamedArgument where Self: RawRepresentable & CaseIterable, RawValue == String {
    /// The raw values.
    public static var names: [String] { allCases.map(\.rawValue) }
    /// `default`, unless a type has its own.
    public static var unsetName: String { "default" }
    /// The names, for help and error messages.
    public static var allValueStrings: [String] { names }
    /// Completes the names.
    public static var defaultCompletionKind: CompletionKind { .list(names) }

    /// Returns the value with this raw value.
    public static func named(_ name: String) -> Self? { Self(rawValue: name) }

    /// Reads a name, ignoring case.
    public init?(argument: String) {
        guard let name = Self.names.first(where: { $0.lowercased() == argument.lowercased() }),
            let value = Self.named(name)
        else { return nil }
        self = value
    }
}

extension AccessTokenFormat: NamedArgument {}
extension AudienceProfile: NamedArgument {}
extension AssertionPolicy.CertificateValidity: NamedArgument {}
extension GrantType: NamedArgument {}

/// RFC 7518 §3.1, RFC 9864.
extension SignatureAlgorithm: NamedArgument {
    /// Any algorithm is accepted.
    public static var unsetName: String { "any" }
    /// `Ed25519` is RFC 9864's name of EdDSA.
    public static var names: [String] { allCases.flatMap { $0 == .edDSA ? [$0.name, "Ed25519"] : [$0.name] } }
    /// Returns the algorithm of this name.
    public static func named(_ name: String) -> SignatureAlgorithm? { SignatureAlgorithm(name: ExactString(name)) }
}
