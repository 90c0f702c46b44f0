import ArgumentParser
import Countersign
import Store

/// A value that is one of a few names, typed in upper or lower case. Completion and the words for an unknown name follow from the names.
///
/// It is public because the types of the libraries that conform to it are.
public protocol NamedArgument: ExpressibleByArgument, Sendable {
    /// The names, as help and completion show them.
    static var names: [String] { get }
    /// The name of "no choice of the client's own", if an option has one: see `ClientSetting`.
    static var unsetName: String { get }

    /// The value of one of the names.
    static func named(_ name: String) -> Self?
}

extension NamedArgument where Self: RawRepresentable & CaseIterable, RawValue == String {
    /// The raw values.
    public static var names: [String] { allCases.map(\.rawValue) }
    /// The usual word.
    public static var unsetName: String { "default" }
    /// The names, for help and for the words about an unknown one.
    public static var allValueStrings: [String] { names }
    /// Completes the names.
    public static var defaultCompletionKind: CompletionKind { .list(names) }

    /// The value with this raw value.
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
    /// The algorithm of this name.
    public static func named(_ name: String) -> SignatureAlgorithm? { SignatureAlgorithm(name: ExactString(name)) }
}
