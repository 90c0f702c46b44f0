import ArgumentParser
import Countersign
import CountersignJOSE
import Store

/// A value that is one of a few names, typed in upper or lower case. Completion and the words for an unknown name follow from the names.
protocol NamedArgument: ExpressibleByArgument, Sendable {
    /// The names, as help and completion show them.
    static var names: [String] { get }
    /// The name of "no choice of the client's own", where an option has one: see `ClientSetting`.
    static var unsetName: String { get }

    /// Finds the value of one of the names.
    static func named(_ name: String) -> Self?
}

extension NamedArgument {
    static var unsetName: String { "default" }
    /// The names, for help and for the words about an unknown one.
    public static var allValueStrings: [String] { names }
    /// Completes the names.
    public static var defaultCompletionKind: CompletionKind { .list(names) }

    /// Reads a name, ignoring case.
    public init?(argument: String) {
        guard let name = Self.names.first(where: { $0.lowercased() == argument.lowercased() }),
            let value = Self.named(name)
        else { return nil }
        self = value
    }
}

extension NamedArgument where Self: RawRepresentable & CaseIterable, RawValue == String {
    static var names: [String] { allCases.map(\.rawValue) }
    static func named(_ name: String) -> Self? { Self(rawValue: name) }
}

extension AccessTokenFormat: NamedArgument {}
extension AudienceProfile: NamedArgument {}
extension AssertionPolicy.CertificateValidity: NamedArgument {}
extension GrantType: NamedArgument {}

/// RFC 7518 §3.1, RFC 9864.
extension SignatureAlgorithm: NamedArgument {
    static var unsetName: String { "any" }
    /// `Ed25519` is RFC 9864's name of EdDSA.
    static var names: [String] { allCases.flatMap { $0 == .edDSA ? [$0.name, "Ed25519"] : [$0.name] } }
    static func named(_ name: String) -> SignatureAlgorithm? { SignatureAlgorithm(name: ExactString(name)) }
}
