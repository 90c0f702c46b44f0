import Administration
import Crypto

/// A strong entity tag (RFC 9110 §8.8.3): a digest of what is stored, so that it is the same on every node and after every start.
package struct EntityTag: Sendable, Equatable {
    /// With its quotation marks.
    package let text: String

    /// Makes the tag of a representation, which must not contain anything that changes by itself.
    package init(of object: JSONObject) {
        let digest = SHA256.hash(data: object.rendered())
        text = "\"\(Base64URL.encode(Array(digest.prefix(16))))\""
    }
}

/// Which version of a thing a request is about: `If-Match` (RFC 9110 §13.1.1).
package struct Precondition: Sendable {
    /// `nil` for `*`: any version.
    private let tags: [String]?

    private static let maximumCount = 20

    /// - Throws: `Problem` `precondition_required` (RFC 6585 §3), `invalid_request` for anything but `*` or a list of entity tags.
    init(of request: EndpointRequest) throws(Problem) {
        guard let field = request.headers["If-Match"] else {
            throw Problem(
                .preconditionRequired,
                "If-Match is missing. Send the ETag of the version that you have read, so that no change of others is lost; * "
                    + "overwrites any version.")
        }
        guard let tags = Self.tags(field) else {
            throw Problem(
                .invalidRequest, "If-Match: expected * or at most \(Self.maximumCount) entity tags in quotation marks.")
        }
        self.tags = tags.isEmpty ? nil : tags
    }

    /// Returns whether the request is about this version. Asked within the transaction that changes it, so that one of two editors loses.
    package func holds(for current: EntityTag) -> Bool { tags?.contains(current.text) ?? true }

    /// Returns whether `If-None-Match` names the current version, so that a reader needs no body (RFC 9110 §13.1.2).
    static func isNotModified(_ request: EndpointRequest, _ current: EntityTag) -> Bool {
        guard let field = request.headers["If-None-Match"], let tags = tags(field) else { return false }
        // Weak comparison (§8.8.3.2).
        return tags.isEmpty || tags.contains { $0 == current.text || $0 == "W/" + current.text }
    }

    /// Parses `*`, which is an empty list here, or a list of entity tags. A weak one stays weak: it never matches in a strong comparison.
    private static func tags(_ field: String) -> [String]? {
        guard field != "*" else { return [] }
        var tags: [String] = []
        var rest = field.utf8[...]
        while true {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
            guard !rest.isEmpty else { return tags.isEmpty ? nil : tags }
            let start = rest.startIndex
            if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
            guard rest.first == 0x22 else { return nil }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: 0x22), tags.count < maximumCount else { return nil }
            rest = rest[rest.index(after: end)...]
            tags.append(String(decoding: field.utf8[start...end], as: UTF8.self))
            // RFC 9110 §5.6.1: elements are separated by commas.
            let gap = rest.drop { $0 == 0x20 || $0 == 0x09 }
            guard gap.isEmpty || gap.first == UInt8(ascii: ",") else { return nil }
        }
    }
}
