import Administration
import Synchronization

/// A request that an operation answers: its caller is authorized, and its path decoded.
package struct AdminRequest: Sendable {
    package let caller: AdminCaller
    /// Records the caller with each change. For changes of what exists use `store(changing:)`.
    package let store: any Store
    package let now: UnixTime
    package let urls: ServerURLs
    let request: EndpointRequest
    private let parameters: [String: String]
    /// The version that the last precondition was compared with.
    let observed = ObservedTag()

    init(
        _ request: EndpointRequest, caller: AdminCaller, store: any Store, urls: ServerURLs, at now: UnixTime
    ) throws(Problem) {
        self.request = request
        self.caller = caller
        self.store = store.acting(as: caller.actor)
        self.urls = urls
        self.now = now
        var parameters: [String: String] = [:]
        for (name, segment) in request.parameters { parameters[name] = try Self.decoded(segment) }
        self.parameters = parameters
    }

    /// Returns a parameter of the path, decoded.
    package func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// Checks that the caller may do what needs more than the operation itself.
    ///
    /// - Parameter reason: why, after "because".
    package func require(_ scope: AdminScope, because reason: String) throws(Problem) {
        try caller.require(scope, because: reason, urls)
    }

    /// Returns the URL of a thing below the API's base.
    ///
    /// - Parameter segments: are percent-encoded.
    package func url(_ segments: String...) -> String {
        urls.adminAPI + segments.map { "/" + FormWriter.percentEncoded($0) }.joined()
    }

    /// Returns the store for a change of a thing that exists: it is made only if the thing is still the version that `If-Match` names.
    ///
    /// - Parameter tag: reads the version, in the transaction of the change; `nil` for a thing that is gone, about which the change says so.
    /// - Throws: `Problem` without `If-Match`.
    package func store(
        changing tag: @escaping @Sendable (any StoredRecords) throws -> EntityTag?
    ) throws(Problem) -> any Store {
        let (precondition, observed) = (try Precondition(of: request), observed)
        return store.requiring(
            ChangeCondition { records in
                guard let current = try tag(records) else { return true }
                observed.set(current)
                return precondition.holds(for: current)
            })
    }

    /// Returns the body of a POST or PUT: one JSON object.
    package func object() throws(Problem) -> JSONObject { try RequestDocument.object(of: request) }

    /// Returns what PUT or PATCH does to a thing.
    package func change() throws(Problem) -> DocumentChange {
        switch request.method {
        case "PATCH": .patch(try RequestDocument.patch(of: request))
        default: .replacement(try RequestDocument.object(of: request))
        }
    }

    /// Returns the parameters of the query.
    ///
    /// - Parameter names: those that the operation knows; others are refused, so that a misspelled filter does not show everything.
    package func query(_ names: String...) throws(Problem) -> [String: String] { try query(of: names) }

    func query(of names: [String]) throws(Problem) -> [String: String] {
        try RequestQuery.parameters(of: request, known: names)
    }

    /// Decodes a segment of the path (RFC 3986 §2.1), once.
    private static func decoded(_ segment: String) throws(Problem) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(segment.utf8.count)
        var rest = segment.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = UInt8(hexadecimal: rest.prefix(2)) else {
                throw Problem(
                    .invalidRequest,
                    "The path has a percent sign without two hexadecimal digits. Percent-encode it as %25.")
            }
            rest = rest.dropFirst(2)
            bytes.append(decoded)
        }
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw Problem(
                .invalidRequest, "A segment of the path is empty, is not UTF-8, or has a control character.")
        }
        return text
    }
}

/// A version that was found in a transaction.
///
/// A class because the transaction runs elsewhere.
final class ObservedTag: Sendable {
    private let found = Mutex<EntityTag?>(nil)

    var tag: EntityTag? { found.withLock(\.self) }

    func set(_ tag: EntityTag) { found.withLock { $0 = tag } }
}

extension UInt8 {
    /// - Parameter digits: exactly two.
    fileprivate init?(hexadecimal digits: Substring.UTF8View) {
        let values = digits.map { digit -> UInt8? in
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x41...0x46: digit - 0x41 + 10
            case 0x61...0x66: digit - 0x61 + 10
            default: nil
            }
        }
        guard values.count == 2, let high = values[0], let low = values[1] else { return nil }
        self = high << 4 | low
    }
}
