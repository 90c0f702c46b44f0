import CountersignJOSE

/// Where a client's keys come from. One source is in force at a time; the order in which they are looked for is that of the cases.
package enum KeySource: Sendable, Equatable {
    /// Keys that were registered for it, whatever has become of them: revoking the last one never brings in another source.
    case own
    /// The key set at its `jwks_uri`.
    case keySet(url: String)
    /// The entry of the key store whose alias is its identifier, without regard to case where it came from a Java key store.
    case keyStore(alias: ExactString)
    /// It has none, and cannot authenticate.
    case none
}
