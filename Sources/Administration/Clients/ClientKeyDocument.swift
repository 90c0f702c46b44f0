import CountersignKeyFiles

/// Public keys in a document: one of `jwk` with an optional `certificate`, `jwks`, and `pem`.
package struct ClientKeyDocument: Sendable {
    package let keys: [ImportedKey]

    private static let sources = ["jwk", "jwks", "pem"]

    /// - Throws: `InvalidDocument`, also for a key that cannot be used, or a private one.
    package init(_ document: JSONObject, at pointer: JSONPointer = .document) throws(InvalidDocument) {
        var reader = DocumentReader(document, at: pointer)
        let jwk = reader.object("jwk")
        let set = reader.object("jwks")
        let pem = reader.text("pem")
        let certificate = reader.text("certificate", isNullable: true)
        let kid = reader.text("kid", isNullable: true)
        let given = Self.sources.filter { reader.has($0) }
        if given.count != 1 {
            reader.report(
                given.dropFirst().first ?? "jwk", detail: "Send one of \(Self.sources.joined(separator: ", ")).")
        }
        reader.check(certificate == nil || jwk != nil, "certificate", "It goes with jwk; alone it is a pem.")
        reader.check(kid.map { !$0.isEmpty && $0.utf8.count <= 255 } ?? true, "kid", "It must have 1 to 255 bytes.")
        try reader.finish()
        let text = jwk?.rendered() ?? set?.rendered() ?? Array((pem ?? "").utf8)
        let source = given.first ?? "jwk"
        var keys = try Self.read(text, source, pointer)
        if let certificate {
            let read = try Self.read(Array(certificate.utf8), "certificate", pointer)
            guard read.count == 1, let found = read[0].certificate, let key = keys.first,
                key.jwk.thumbprint == read[0].jwk.thumbprint
            else { throw Self.fault("certificate", "It must be one certificate in PEM, of the key in jwk.", pointer) }
            keys = [ImportedKey(jwk: key.jwk, certificate: found)]
        }
        if let kid {
            guard keys.count == 1 else {
                throw Self.fault("kid", "It names one key, but \(source) has \(keys.count).", pointer)
            }
            do {
                keys = [try keys[0].named(ExactString(kid))]
            } catch {
                throw Self.fault("kid", "The key cannot have this name: \(error.phrase).", pointer)
            }
        }
        self.keys = keys
    }

    private static func read(
        _ text: [UInt8], _ member: String, _ pointer: JSONPointer
    ) throws(InvalidDocument) -> [ImportedKey] {
        do {
            return try KeyFile(text, name: member).keys
        } catch {
            let problem = error.problem.prefix(1).uppercased() + error.problem.dropFirst()
            throw fault(member, "\(problem). \(error.remedy)", pointer)
        }
    }

    private static func fault(_ member: String, _ detail: String, _ pointer: JSONPointer) -> InvalidDocument {
        InvalidDocument([DocumentFault(pointer.appending(member), detail)])
    }
}

/// A new client in a document: its registration, and its keys in `jwks` or `keys`.
package struct NewClientDocument: Sendable {
    package let client: ClientRecord
    package let keys: [ImportedKey]

    /// - Throws: `InvalidDocument`.
    package init(_ document: JSONObject, at now: UnixTime) throws(InvalidDocument) {
        var reader = DocumentReader(document)
        let set = reader.object("jwks", isNullable: true)
        let elements = reader.array("keys") ?? []
        client = ClientRecord(&reader, document, at: now)
        reader.check(
            elements.count <= KeyFile.maximumKeys, "keys", "There can be at most \(KeyFile.maximumKeys) keys.")
        try reader.finish()
        var keys =
            try set.map { set throws(InvalidDocument) in
                try ClientKeyDocument(["jwks": .object(set)]).keys
            } ?? []
        for (index, element) in elements.enumerated() {
            let pointer = JSONPointer.document.appending("keys").appending(String(index))
            guard case .object(let object) = element else {
                throw InvalidDocument([DocumentFault(pointer, "It must be an object.")])
            }
            keys += try ClientKeyDocument(object, at: pointer).keys
        }
        self.keys = keys
    }
}

/// The status of a key in a document: `status`, and `retires_at` of a retiring one.
package struct KeyStatusDocument: Sendable {
    package let status: KeyAvailability

    private enum Status: String, CaseIterable {
        case active
        case retiring
        case revoked
    }

    /// The latest time at which a key can retire: ten years from now.
    private static let longest: Duration = .seconds(315_360_000)

    /// - Throws: `InvalidDocument`.
    package init(_ document: JSONObject, at now: UnixTime) throws(InvalidDocument) {
        var reader = DocumentReader(document)
        reader.require("status")
        let status = reader.choice("status", of: Status.self)
        let end = reader.time("retires_at", isNullable: true)
        if status == .retiring {
            let isUsable = end.map { now < $0 && $0 <= now + Self.longest } ?? false
            reader.check(
                isUsable, "retires_at",
                "It must be a time from now to ten years from now. To end a key at once, revoke it.")
        } else {
            reader.check(end == nil, "retires_at", "It is for the status retiring.")
        }
        try reader.finish()
        switch (status, end) {
        case (.retiring, let end?): self.status = .retiring(until: end)
        case (.revoked, _): self.status = .revoked(since: now)
        case (.active, _), (.retiring, nil), (nil, _): self.status = .active
        }
    }
}
