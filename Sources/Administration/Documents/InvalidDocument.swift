@_exported import Server

/// A document that cannot be used.
package struct InvalidDocument: Error, Sendable, Equatable {
    /// At least one.
    package let faults: [DocumentFault]

    package init(_ faults: [DocumentFault]) {
        self.faults = faults
    }
}

/// What is wrong at one place of a document.
package struct DocumentFault: Sendable, Equatable {
    package let pointer: JSONPointer
    /// A sentence.
    package let detail: String

    package init(_ pointer: JSONPointer, _ detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    package var json: JSONObject { ["pointer": .string(pointer.text), "detail": .string(detail)] }
}

/// A place in a JSON document (RFC 6901).
package struct JSONPointer: Sendable, Equatable {
    package let text: String

    /// The whole document (RFC 6901 §5).
    package static let document = JSONPointer(text: "")

    /// Names come from outside; longer ones are cut.
    private static let longestToken = 128

    /// The place of a member, or of an element by its index.
    package func appending(_ token: String) -> JSONPointer {
        // RFC 6901 §3: "~" first, so that the escape of "/" is not escaped.
        let cut = String(decoding: token.utf8.prefix(Self.longestToken), as: UTF8.self)
        return JSONPointer(text: text + "/" + cut.replacing("~", with: "~0").replacing("/", with: "~1"))
    }
}
