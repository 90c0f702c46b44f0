import TestSupport
import Testing

/// The HTTP front of the real process. Suite after suite, so that figures of memory and CPU are a suite's own.
@Suite("HTTP, on the real process", .ownThreads, .serialized)
enum HTTPProcessTests {}
