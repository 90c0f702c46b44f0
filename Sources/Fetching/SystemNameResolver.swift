import Files
import NIOCore
import NIOPosix

/// The system's resolver, `getaddrinfo`, on a thread pool of its own.
///
/// `getaddrinfo` cannot be interrupted. A cancelled caller returns at once; the thread is free after the system's own timeout
/// (`resolv.conf`, usually 10 s). Names whose servers never answer can therefore delay only other lookups, and only by occupying every
/// thread of the pool.
package struct SystemNameResolver: NameResolver {
    typealias Lookup = @Sendable (String) -> Result<[IPAddress], NameResolutionError>

    /// `nil` for the shared thread pool.
    private let ownThreads: NIOThreadPool?
    private let lookup: Lookup

    /// As many threads as concurrent fetches. They start with the first lookup of the process.
    private static let shared: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 64)
        threads.start()
        return threads
    }()

    /// All instances share their threads.
    package init() {
        ownThreads = nil
        lookup = Self.getAddresses
    }

    init(threads: NIOThreadPool, lookup: @escaping Lookup) {
        ownThreads = threads
        self.lookup = lookup
    }

    private var threads: NIOThreadPool { ownThreads ?? Self.shared }

    package func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress] {
        // Ends when the lookup is complete or the task is cancelled, whichever is first.
        let (results, output) = AsyncStream.makeStream(of: Result<[IPAddress], NameResolutionError>?.self)
        threads.submit { [lookup] state in
            // The stream accepts a value only while the caller waits.
            if case .active = state, case .enqueued = output.yield(nil) { output.yield(lookup(name)) }
            output.finish()
        }
        for await case let result? in results { return try result.get() }
        throw .cancelled
    }

    private static func getAddresses(_ name: String) -> Result<[IPAddress], NameResolutionError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &first)
        guard code == 0 else {
            return .failure(absent.contains(code) ? .notFound : .failed(String(cString: gai_strerror(code))))
        }
        defer { freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = first
        while let entry = next {
            if let address = address(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(.notFound) : .success(addresses)
    }

    #if canImport(Glibc)
    // -5 is glibc's EAI_NODATA, which Swift does not see: the name has no addresses of the family.
    private static let absent = [EAI_NONAME, -5]
    #else
    private static let absent = [EAI_NONAME]
    #endif

    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET:
            guard Int(entry.ai_addrlen) >= MemoryLayout<sockaddr_in>.size else { return nil }
            return IPAddress(SocketAddress(raw.loadUnaligned(as: sockaddr_in.self)))
        case AF_INET6:
            guard Int(entry.ai_addrlen) >= MemoryLayout<sockaddr_in6>.size else { return nil }
            return IPAddress(SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self)))
        default:
            return nil
        }
    }
}
