import TestSupport
import Testing

/// The HTTP server of the real process. Suites run serially, so that memory and CPU figures belong to one suite.
@Suite("HTTP, on the real process", .ownThreads, .serialized)
enum HTTPProcessTests {}
