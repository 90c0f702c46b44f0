import Synchronization

/// What a fetch did at each URL, for people: addresses, proxy, TLS, header fields and times. It holds nothing of the body.
///
/// A class because the fetch and its caller share it.
package final class FetchTrace: Sendable {
    /// What happened at one URL: that of the document, or one that it redirects from.
    package struct Hop: Sendable, Equatable {
        package let url: String
        /// The addresses of its host with the policy's verdict; empty if they were not looked up here.
        package fileprivate(set) var addresses: [Address] = []
        /// `HOST:PORT`.
        package fileprivate(set) var proxy: String?
        /// Whether the proxy resolves the name, so that the addresses are unknown.
        package fileprivate(set) var isResolvedByProxy = false
        /// The address at the other end of the connection: the server's, or the proxy's.
        package fileprivate(set) var peer: String?
        package fileprivate(set) var tls: TLS?
        package fileprivate(set) var status: Int?
        /// The header fields that matter for a cached document, in the order of `fieldNames`.
        package fileprivate(set) var fields: [Field] = []
        /// Received of the body so far.
        package fileprivate(set) var bytes = 0
        /// The times at which the steps ended, from the beginning of the fetch.
        package fileprivate(set) var times = Times()
    }

    package struct Address: Sendable, Equatable {
        package let text: String
        /// Why it is not connected to; `nil` if it may be.
        package let refusal: AddressRefusal?
    }

    package struct TLS: Sendable, Equatable {
        /// Such as `TLS 1.3`.
        package let version: String
        /// The server's certificate in DER.
        package let certificate: [UInt8]
    }

    /// A header field; its value is visible ASCII, shortened.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    package struct Times: Sendable, Equatable {
        package fileprivate(set) var begun: Duration = .zero
        package fileprivate(set) var lookedUp: Duration?
        package fileprivate(set) var connected: Duration?
        package fileprivate(set) var answered: Duration?
        package fileprivate(set) var complete: Duration?
    }

    static let fieldNames = [
        "Content-Type", "Cache-Control", "Expires", "Date", "Age", "ETag", "Last-Modified", "Location",
    ]

    private let start = ContinuousClock.now
    private let state = Mutex<[Hop]>([])

    package init() {}

    package var hops: [Hop] { state.withLock(\.self) }

    func begin(_ url: String) {
        let time = elapsed
        state.withLock { hops in
            var hop = Hop(url: url)
            hop.times.begun = time
            hops.append(hop)
        }
    }

    func lookedUp(_ addresses: [Address]) {
        let time = elapsed
        change {
            $0.addresses = addresses
            $0.times.lookedUp = time
        }
    }

    func chose(_ proxy: String, resolvesNames: Bool) {
        change { ($0.proxy, $0.isResolvedByProxy) = (proxy, resolvesNames) }
    }

    func connected(to peer: String, _ tls: TLS?) {
        let time = elapsed
        change { ($0.peer, $0.tls, $0.times.connected) = (peer, tls, time) }
    }

    func answered(_ status: Int, _ values: (String) -> [String]) {
        let time = elapsed
        let fields = Self.fieldNames.flatMap { name in
            values(name).prefix(2).map { Field(name: name, value: ResponseLimits.shortened($0)) }
        }
        change { ($0.status, $0.fields, $0.times.answered) = (status, fields, time) }
    }

    func received(_ bytes: Int) {
        let time = elapsed
        change { ($0.bytes, $0.times.complete) = (bytes, time) }
    }

    private var elapsed: Duration { ContinuousClock.now - start }

    private func change(_ change: (inout Hop) -> Void) {
        state.withLock { hops in
            guard !hops.isEmpty else { return }
            change(&hops[hops.count - 1])
        }
    }
}
