/// Something an operator should read in the server's log.
package enum ServerEvent: Sendable, Equatable {
    /// A request was refused; the reference leads to its trace.
    case refused(String)
    /// A request was answered, but not for much longer: a certificate that is no longer valid was let pass.
    case tolerated(String)
    /// The server cannot do its work, or not all of it.
    case trouble(String)

    /// The line in the log, without what says how grave it is.
    package var text: String {
        switch self {
        case .refused(let text), .tolerated(let text), .trouble(let text): text
        }
    }
}
