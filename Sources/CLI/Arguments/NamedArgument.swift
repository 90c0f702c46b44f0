import ArgumentParser
import Store

/// An argument with a fixed set of case-insensitive names; completions and error messages are derived from them.
///
/// Public because public types of the libraries conform to it.
public protocol NamedArgument: ExpressibleByArgument, Sendable {
    /// The values with their names, as help and completion show them.
    static var choices: [(name: String, value: Self)] { get }
    /// The name that removes the client's own setting, if an option has one: see `ClientSetting`.
    static var unsetName: String { get }
}

extension NamedArgument where Self: RawRepresentable & CaseIterable, RawValue == String {
    /// All cases with their raw values.
    public static var choices: [(name: String, value: Self)] { allCases.map { ($0.rawValue, $0) } }
    /// `default`, unless a type has its own.
    public static var unsetName: String { "default" }
    /// The names, for help and error messages.
    public static var allValueStrings: [String] { choices.map(\.name) }
    /// Completes the names.
    public static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

    /// Reads a name, ignoring case.
    public init?(argument: String) {
        let choice = Self.choices.first { $0.name.lowercased() == argument.lowercased() }
        guard let choice else { return nil }
        self = choice.value
    }
}

extension AccessTokenFormat: NamedArgument {}
extension AudienceProfile: NamedArgument {}
extension AssertionPolicy.CertificateValidity: NamedArgument {}
extension AuthenticationMethod: NamedArgument {}
extension GrantType: NamedArgument {}
extension SignInOptions.SubjectType: NamedArgument {}

/// RFC 7518 §3.1, RFC 9864.
extension SignatureAlgorithm: NamedArgument {
    /// Any algorithm is accepted.
    public static var unsetName: String { "any" }
    /// EdDSA has two names.
    public static var choices: [(name: String, value: SignatureAlgorithm)] {
        allCases.flatMap { algorithm in algorithm.names.map { ($0, algorithm) } }
    }
}
