/// What became of reading a client's key set again (rule 13).
public enum KeySetRefresh: Sendable {
    /// It was read; the client with the keys of now.
    case refreshed(RegisteredClient)
    /// There is none to be read, or it was read a moment ago: what is known is all there is.
    case unchanged
    /// It could not be read; the reason is for the operator.
    case unavailable(reason: String)
}
