import Countersign

/// What all parts of a server share: the clock, and the reader of its events.
package struct Runtime: Sendable {
    /// Tells the time of each request and each step of the background work.
    package let clock: @Sendable () -> UnixTime
    /// Called on the request's own thread: returns at once.
    package let report: @Sendable (ServerEvent) -> Void

    package init(
        clock: @escaping @Sendable () -> UnixTime = { .now },
        report: @escaping @Sendable (ServerEvent) -> Void = { _ in }
    ) {
        self.clock = clock
        self.report = report
    }
}
