import CountersignJOSE

/// The public keys in a file, whatever it is: PEM, DER, X.509 certificate, JWK or JWK Set, recognised by its content.
///
/// A file with a private key in it is refused as a whole.
public struct KeyFile: Sendable {
    /// The longest file that is read, in bytes.
    public static let maximumLength = 262_144
    /// How many keys one file may hold.
    public static let maximumKeys = 100

    /// At least one.
    public let keys: [ImportedKey]
    /// What the person who gave the file should know: what was left aside, and why. Sentences.
    public let notes: [String]

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole content.
    ///   - name: the file as errors shall name it.
    /// - Throws: `KeyFileError` where there is no key to be had, or one that must not be here.
    public init(_ bytes: [UInt8], name: String) throws(KeyFileError) {
        do throws(KeyFileError.Reason) {
            let content = try KeyFileContent(bytes, refusesPrivateKeys: true)
            let (keys, notes) =
                switch content {
                case .json(let object, let isSet): try PublicJSONKeys.read(object, bytes, isSet: isSet)
                case .der(let parts): try PublicDERKeys.read(parts)
                }
            guard !keys.isEmpty else { throw KeyFileError.Reason.noKeys }
            guard keys.count <= Self.maximumKeys else { throw KeyFileError.Reason.tooManyKeys(limit: Self.maximumKeys) }
            self.keys = keys
            self.notes = notes
        } catch {
            throw KeyFileError(name, error)
        }
    }
}
