#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How many files and connections the process may have open at once (`RLIMIT_NOFILE`).
///
/// At the limit `accept` fails, and so does every other call that needs a descriptor: the database cannot be opened again, and libdispatch
/// ends the process when it cannot read `/proc`. So the limit is raised as far as it goes, and connections stay below it by a reserve.
package struct DescriptorLimit: Sendable, Equatable {
    /// In force.
    package let soft: Int
    /// As far as `soft` may be raised.
    package let hard: Int

    /// Kept for the database, log files, key sets being fetched, and what libraries open.
    package static let reserve = 128

    package init(soft: Int, hard: Int) {
        self.soft = soft
        self.hard = hard
    }

    /// The process's limit now; `nil` where the system does not tell.
    package static var current: DescriptorLimit? {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return nil }
        return DescriptorLimit(soft: Int(clamping: limit.rlim_cur), hard: Int(clamping: limit.rlim_max))
    }

    /// Raises the soft limit to the hard one.
    ///
    /// - Returns: the limit in force then.
    @discardableResult
    package static func raise() -> DescriptorLimit? {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return nil }
        limit.rlim_cur = limit.rlim_max
        // macOS refuses more than OPEN_MAX although its hard limit says infinity; then the soft limit stays as it was.
        _ = setrlimit(resource, &limit)
        return current
    }

    /// How many connections fit below a number of descriptors.
    package static func connections(fitting descriptors: Int) -> Int { max(1, descriptors - reserve) }

    #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let resource = RLIMIT_NOFILE
    #endif
}
