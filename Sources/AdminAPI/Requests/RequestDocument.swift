import Administration

/// The body of a request.
enum RequestDocument {
    static let documents = ["application/json"]
    /// RFC 7396 §4.
    static let patches = ["application/merge-patch+json", "application/json"]

    /// Parses a body that is one JSON object: strictly, because a member that appears twice means two things (RFC 8259 §4).
    ///
    /// - Throws: `Problem` `unsupported_media_type`, `too_large`, or `invalid_request` with the position of what is not JSON.
    static func object(
        of request: EndpointRequest, mediaTypes: [String] = documents
    ) throws(Problem) -> JSONObject {
        let type = request.headers["Content-Type"]?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard let type, mediaTypes.contains(type) else {
            throw Problem(
                .unsupportedMediaType, "Content-Type: expected \(mediaTypes.joined(separator: " or ")).",
                headers: ["Accept": mediaTypes.joined(separator: ", ")])
        }
        switch request.body {
        case .tooLarge(let limit): throw Problem(.tooLarge, "The body is longer than \(limit) bytes.")
        case .bytes(let body):
            do {
                return try JSONObject(parsing: body)
            } catch {
                throw Problem(.invalidRequest, "The body is not a valid JSON object: \(error.phrase).")
            }
        }
    }
}

extension RequestDocument {
    /// The most members of a merge patch, with those of objects within it. Each is searched for when the patch is applied, in the transaction
    /// of the change.
    static let maximumPatchMembers = 200

    /// Parses a JSON merge patch (RFC 7396).
    ///
    /// - Throws: `Problem`, as `object`; `invalid_body` for too many members.
    static func patch(of request: EndpointRequest) throws(Problem) -> JSONObject {
        let patch = try object(of: request, mediaTypes: patches)
        guard memberCount(of: patch) <= maximumPatchMembers else {
            throw .invalidBody(
                InvalidDocument([
                    DocumentFault(
                        .document, "A patch can have at most \(maximumPatchMembers) members. Use PUT for more.")
                ]))
        }
        return patch
    }

    private static func memberCount(of object: JSONObject) -> Int {
        object.members.reduce(object.members.count) { count, member in
            if case .object(let inner) = member.value { count + memberCount(of: inner) } else { count }
        }
    }
}

/// The query of a request.
enum RequestQuery {
    /// Parses `name=value&…`.
    ///
    /// - Throws: `Problem` `invalid_request` for a parameter that is not known, repeated or not well encoded.
    static func parameters(of request: EndpointRequest, known: [String]) throws(Problem) -> [String: String] {
        var parameters: [String: String] = [:]
        for pair in (request.query ?? "").split(separator: "&") {
            let form: Form
            do {
                form = try Form(parsing: pair.utf8)
            } catch {
                throw Problem(.invalidRequest, "The query is not well encoded: \(error.message)")
            }
            let name = String(pair.prefix { $0 != "=" })
            guard known.contains(name) else {
                let list = known.isEmpty ? "none" : known.joined(separator: ", ")
                throw Problem(
                    .invalidRequest, "The query has the parameter \(SentCredentials.quoted(name)). Known here: \(list)."
                )
            }
            guard parameters[name] == nil else {
                throw Problem(.invalidRequest, "The query has the parameter '\(name)' twice.")
            }
            parameters[name] = form.text(name) ?? ""
        }
        return parameters
    }
}
