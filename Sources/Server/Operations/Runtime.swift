/// The clock and the receiver of events, shared by all parts of a server.
package struct Runtime: Sendable {
    package let clock: @Sendable () -> UnixTime
    /// Called on the request's own thread, so it must return at once.
    package let report: @Sendable (ServerEvent) -> Void

    package init(
        clock: @escaping @Sendable () -> UnixTime = { .now },
        report: @escaping @Sendable (ServerEvent) -> Void = { _ in }
    ) {
        self.clock = clock
        self.report = report
    }
}
