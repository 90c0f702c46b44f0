/// A form with files, as browsers send it: `multipart/form-data` (RFC 7578), written as the HTML standard says.
///
/// The parser accepts what browsers write, and refuses what is deprecated or could be read in two ways: nested parts, encodings, text
/// around the parts, `filename*`.
package struct MultipartForm: Sendable {
    static let maximumParts = Form.maximumParameters
    /// The longest name of a field, in bytes.
    static let maximumNameLength = 64
    /// All text fields together, in bytes: as much as a form without files has.
    static let maximumTextSize = EndpointRequest.maximumBodySize

    /// The fields that are not files.
    package let fields: Form
    private let files: [String: UploadedFile]

    /// - Parameters:
    ///   - body: the whole body of the request.
    ///   - boundary: from its `Content-Type`.
    package init(parsing body: [UInt8], boundary: MultipartBoundary) throws(MultipartError) {
        var scanner = try MultipartScanner(body, boundary)
        var texts: [(name: [UInt8], value: [UInt8])] = []
        var textSize = 0
        var files: [String: UploadedFile] = [:]
        while let part = try scanner.next() {
            guard texts.count + files.count < Self.maximumParts else { throw .form(.tooManyParameters) }
            let header = try PartHeader(body[part.header])
            let name = Array(header.name.utf8)
            guard files[header.name] == nil else { throw .form(.sentTwice(header.name)) }
            if let fileName = header.fileName {
                guard !texts.contains(where: { $0.name == name }) else { throw .form(.sentTwice(header.name)) }
                files[header.name] = UploadedFile(sentName: fileName, content: Array(body[part.content]))
            } else {
                textSize += part.content.count
                guard textSize <= Self.maximumTextSize else { throw .tooMuchText }
                let value = Array(body[part.content])
                guard String(validating: value, as: UTF8.self) != nil else { throw .form(.outsideCharacterSet) }
                texts.append((name, value))
            }
        }
        do {
            fields = try Form(texts)
        } catch {
            throw .form(error)
        }
        self.files = files
    }

    /// Parses the form of a request after the checks that `Form` makes of one, too.
    ///
    /// - Throws: `OAuthError` `invalid_request` with the status 415, 413 or 400.
    package init(of request: EndpointRequest) throws(OAuthError) {
        if let query = request.query { try Form.refuseCredentials(in: query, hasBody: !request.body.isEmpty) }
        guard let boundary = request.headers["Content-Type"].flatMap(MultipartBoundary.init(contentType:)) else {
            throw OAuthError(
                .invalidRequest,
                "Content-Type: expected multipart/form-data with a boundary. Send the form with its file.",
                status: 415)
        }
        let body = try request.wholeBody()
        do {
            try self.init(parsing: body, boundary: boundary)
        } catch {
            throw OAuthError(.invalidRequest, error.message)
        }
    }

    /// Returns the file of a field; `nil` if none was chosen.
    package func file(_ name: String) -> UploadedFile? {
        guard let file = files[name], !(file.label.isEmpty && file.content.isEmpty) else { return nil }
        return file
    }
}

/// A file that a person uploads.
package struct UploadedFile: Sendable, Equatable {
    /// The longest label, in Unicode scalars.
    static let maximumLabelLength = 100

    /// The file's name for people: without folders, invisible characters replaced, cut. Never to be used as a path.
    package let label: String
    package let content: [UInt8]

    /// - Parameter sentName: as the browser sent it. It cannot be trusted (RFC 7578 §7).
    package init(sentName: String, content: [UInt8]) {
        // The HTML standard escapes quotation marks in this way.
        let path = sentName.replacing("%22", with: "\"").unicodeScalars
        let name = path.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? path[...]
        var label = String.UnicodeScalarView()
        for scalar in name.prefix(Self.maximumLabelLength) {
            label.append(Self.isInvisible(scalar) ? "\u{FFFD}" : scalar)
        }
        if name.count > Self.maximumLabelLength { label.append("…") }
        self.label = String(label)
        self.content = content
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}

/// A reason why a form with files cannot be parsed.
package enum MultipartError: Error, Sendable, Equatable {
    /// A reason that a form without files has, too.
    case form(FormError)
    /// It does not begin with its boundary.
    case textBeforeFirstPart
    /// A line begins with the boundary and goes on.
    case brokenBoundary
    /// The last boundary is missing.
    case cutShort
    case textAfterLastPart
    case headerTooLong
    /// A header that browsers do not write, and what is wrong with it.
    case header(String)
    case tooMuchText

    /// The message for the caller.
    package var message: String {
        switch self {
        case .form(let error): error.message
        case .textBeforeFirstPart: "The body does not begin with the boundary that Content-Type names."
        case .brokenBoundary: "A line of the body begins with the boundary and goes on. Choose another boundary."
        case .cutShort: "The body ends before its last boundary."
        case .textAfterLastPart: "The body goes on after its last boundary."
        case .headerTooLong: "The header of a part is longer than \(PartHeader.maximumLength) bytes."
        case .header(let fault): "The header of a part \(fault)."
        case .tooMuchText:
            "The fields of the form that are not files are longer than \(MultipartForm.maximumTextSize) bytes."
        }
    }
}
