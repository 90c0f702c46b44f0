@_exported import Server

/// A failure of an operation in a form that does not depend on the process: the admin API answers with it (RFC 9457), and a client of
/// that API makes the failure again.
package protocol NamedFailure: Error, Sendable {
    var kind: FailureKind { get }
    /// What is wrong and what to do, in sentences that are the same for every caller.
    var detail: String { get }
    /// The values that `detail` is about, from which the failure can be made again.
    var facts: JSONObject { get }

    /// Makes the failure again.
    ///
    /// - Parameters:
    ///   - code: of its kind.
    ///   - facts: as `facts` returns them; other members are ignored.
    /// - Returns: `nil` for the code of another type, or facts that do not fit.
    init?(code: String, facts: JSONObject)
}

/// A kind of failure.
package struct FailureKind: Sendable, Equatable {
    /// Stable across releases: `no_client`.
    package let code: String
    /// The HTTP status that says the same.
    package let status: Int
    /// A short text that is the same for all failures of this kind.
    package let title: String

    package init(_ code: String, status: Int, _ title: String) {
        self.code = code
        self.status = status
        self.title = title
    }
}
