import Countersign

extension ClientID {
    /// Whether a client can be registered under this identifier: 1 to 255 bytes of UTF-8, no control characters
    /// (RFC 6749 appendix A.1 allows none either).
    ///
    /// An engine answers for any other identifier without asking its database.
    package var isRegistrable: Bool {
        let bytes = text.utf8
        return (1...Self.maximumLength).contains(bytes.count) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
