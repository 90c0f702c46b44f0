/// How long a person stays signed in.
package struct SessionSettings: Sendable {
    /// From the moment that they signed in.
    package var lifetime: Duration = .seconds(12 * 3600)
    /// Without a request.
    package var idleLimit: Duration = .seconds(2 * 3600)

    package init() {}
}
