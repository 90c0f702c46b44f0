@_exported import Server
import Synchronization

/// The protected resources that clients can ask tokens for (RFC 8707).
package struct ResourceAdministration: Sendable {
    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    package func list(_ text: String = "") async throws(StoreError) -> [ResourceRecord] {
        try await FoundPage.first(.max) { position, size throws(StoreError) in
            try await search(text, at: position, limit: size)
        } position: {
            $0.uri
        }.items
    }

    package func resource(_ uri: String) async throws -> ResourceRecord {
        guard let found = try await store.resources.resource(uri) else { throw ResourceFailure.noResource(uri) }
        return found
    }

    /// Returns a page of resources, in order of their URIs, which are the keys.
    ///
    /// - Parameter text: part of the URI or the name; empty finds all.
    package func search(
        _ text: String = "", at position: PagePosition, limit: Int
    ) async throws(StoreError) -> FoundPage<ResourceRecord> {
        try await store.resources.search(text, at: position, limit: limit)
    }

    package func add(_ resource: ResourceRecord) async throws(StoreError) { try await store.resources.add(resource) }

    /// Changes a resource by a document, on the basis of what is registered at that moment.
    ///
    /// - Throws: `InvalidDocument`, `ResourceFailure`, `StoreError`.
    package func edit(_ uri: String, by change: DocumentChange) async throws -> ResourceRecord {
        let fault = Mutex<InvalidDocument?>(nil)
        let changed = try await edit(uri) { resource in
            do throws(InvalidDocument) {
                resource = try resource.changed(by: change)
            } catch {
                fault.withLock { $0 = error }
            }
        }
        if let fault = fault.withLock(\.self) { throw fault }
        return changed
    }

    /// Changes a resource on the basis of what is registered at that moment, so that another command's change at the same time stays.
    package func edit(
        _ uri: String, _ change: @escaping @Sendable (inout ResourceRecord) -> Void
    ) async throws -> ResourceRecord {
        do throws(StoreError) {
            return try await store.resources.change(uri, change)
        } catch {
            if case .notFound = error { throw ResourceFailure.noResource(uri) }
            throw error
        }
    }

    package func remove(_ uri: String) async throws {
        // For its message, which says what to do.
        try await store.resources.remove(try await resource(uri).uri)
    }
}

/// The reason why an operation on a resource was refused.
package enum ResourceFailure: Error, Equatable {
    case noResource(String)
}

extension ResourceRecord {
    package var json: JSONObject {
        [
            "resource": .string(uri), "resource_name": .string(name), "scopes": .array(scopes),
            "access_token_format": .string(accessTokenFormat?.rawValue) ?? .null,
            "access_token_lifetime": .number(accessTokenLifetime.map { Int($0.milliseconds / 1000) }) ?? .null,
            "created_at": .string(createdAt.text),
        ]
    }
}

extension ResourceRecord {
    /// Makes a resource from a document.
    ///
    /// - Throws: `InvalidDocument`.
    package init(_ document: JSONObject, at now: UnixTime) throws(InvalidDocument) {
        var reader = DocumentReader(document)
        let uri = reader.requiredText(
            "resource", "It must be an absolute URI of at most \(Self.maximumLength) bytes without a fragment.",
            isAllowed: Self.isResource)
        var resource = ResourceRecord(uri: uri, createdAt: now)
        resource.read(&reader)
        try reader.finish()
        self = resource
    }

    /// Returns the resource after a change by a document.
    package func changed(by change: DocumentChange) throws(InvalidDocument) -> ResourceRecord {
        var writable = json
        for name in ["resource", "created_at"] { writable.remove(name) }
        var reader = DocumentReader(change.applied(to: writable))
        var resource = ResourceRecord(uri: uri, createdAt: createdAt)
        resource.read(&reader)
        reader.readOnly(["resource", "created_at"], as: json)
        try reader.finish()
        return resource
    }

    private mutating func read(_ reader: inout DocumentReader) {
        name = reader.text("resource_name") ?? ""
        reader.check(
            name.utf8.count <= 1024 && !name.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "resource_name",
            "It must have at most 1024 bytes and no control characters.")
        scopes = reader.scopes("scopes") ?? []
        accessTokenFormat = reader.choice("access_token_format", of: AccessTokenFormat.self, isNullable: true)
        let longest = Int(ClientRecord.longestAccessTokenLifetime.components.seconds)
        accessTokenLifetime = reader.seconds("access_token_lifetime", in: 1...longest, isNullable: true)
    }
}

extension DocumentReader {
    /// An array of scope tokens (RFC 6749 §3.3).
    package mutating func scopes(_ name: String, isNullable: Bool = false) -> [String]? {
        let scopes = texts(name, isNullable: isNullable)
        for (index, scope) in (scopes ?? []).enumerated() where !ClientRecord.isScopeToken(scope[...].utf8) {
            report(
                name, String(index), detail: "A scope has no spaces, quotation marks or backslashes, and only ASCII.")
        }
        return scopes
    }
}
