@_exported import Countersign

/// The public keys in a file: PEM, DER, X.509 certificate, JWK or JWK Set, recognised by its content.
///
/// A file with a private key in it is refused as a whole.
public struct KeyFile: Sendable {
    /// The maximum length of a file, in bytes.
    public static let maximumLength = 262_144
    /// The maximum number of keys.
    public static let maximumKeys = 100

    /// At least one key.
    public let keys: [ImportedKey]
    /// Notes for the person who gave the file, as sentences: what was skipped, and why.
    public let notes: [String]

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole content.
    ///   - name: the name of the file in errors.
    /// - Throws: `KeyFileError` if there is no usable key, or a private one.
    public init(_ bytes: [UInt8], name: String) throws(KeyFileError) {
        do throws(KeyFileError.Reason) {
            (keys, notes) =
                switch try KeyFileContent(bytes, refusesPrivateKeys: true) {
                case .json(let object, isSet: false): ([try Self.key(object)], [])
                case .json(_, isSet: true): try Self.keys(inSet: bytes)
                case .der(let parts): try Self.keys(in: parts)
                }
            guard !keys.isEmpty else { throw KeyFileError.Reason.noKeys }
            guard keys.count <= Self.maximumKeys else { throw KeyFileError.Reason.tooManyKeys(limit: Self.maximumKeys) }
        } catch {
            throw KeyFileError(name, error)
        }
    }
}
