import Files

/// The limit of open files and connections of the process (`RLIMIT_NOFILE`).
///
/// At the limit, every call that needs a descriptor fails: the database cannot be opened again, and libdispatch ends the process when it
/// cannot read `/proc`. So the limit is raised as far as possible, and the limit of connections leaves a reserve.
package struct DescriptorLimit: Sendable, Equatable {
    package let soft: Int
    /// The highest value of `soft`.
    package let hard: Int

    /// Descriptors for the database, log files, fetches of key sets, and libraries.
    package static let reserve = 128

    package init(soft: Int, hard: Int) {
        self.soft = soft
        self.hard = hard
    }

    /// The process's limit; `nil` if the system does not report it.
    package static var current: DescriptorLimit? {
        limit.map { DescriptorLimit(soft: Int(clamping: $0.rlim_cur), hard: Int(clamping: $0.rlim_max)) }
    }

    /// Raises the soft limit to the hard one, and returns the new limit.
    @discardableResult
    package static func raise() -> DescriptorLimit? {
        guard var limit else { return nil }
        limit.rlim_cur = limit.rlim_max
        // macOS refuses more than OPEN_MAX although its hard limit says infinity; then the soft limit stays unchanged.
        _ = setrlimit(resource, &limit)
        return current
    }

    private static var limit: rlimit? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit : nil
    }

    /// The number of connections that leaves the reserve.
    package static func connections(fitting descriptors: Int) -> Int { max(1, descriptors - reserve) }

    #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let resource = RLIMIT_NOFILE
    #endif
}
