@_exported import Administration
@_exported import CountersignClient
import CountersignKeyFiles
import Synchronization

/// The admin API of a running server, `{issuer}/admin/v1`, with the access tokens of one client.
///
/// Each request has the limits of `Connection`: ten seconds, one mebibyte, no redirects, and https unless the server is on this machine.
package struct RemoteServer: Sendable {
    /// The issuer, exactly as in its metadata.
    package let issuer: String
    package let clientID: ClientID
    private let connection: Connection
    private let tokens: AccessTokens

    /// The most pages of a list that are followed: a list of a million things.
    private static let maximumPages = 10_000
    private static let pageSize = 100
    /// How often a change is tried while others change the same thing.
    static let maximumAttempts = 5

    /// Creates the client, without sending anything.
    package init(_ client: TokenClient, _ connection: Connection) {
        issuer = client.issuer
        clientID = client.clientID
        self.connection = connection
        tokens = AccessTokens(client)
    }

    /// The operations on this server.
    package var operations: Operations {
        Operations(
            clients: RemoteClients(server: self), keyStore: RemoteKeyStore(server: self),
            people: RemotePeople(server: self), resources: RemoteResources(server: self),
            registrationTokens: RemoteRegistrationTokens(server: self), serverKeys: RemoteServerKeys(server: self),
            refusals: RemoteRefusals(server: self), changes: RemoteChanges(server: self),
            expiry: RemoteExpiry(server: self), overview: RemoteOverview(server: self))
    }

    /// The search for problems, by the server itself.
    package var doctor: any DoctorOperations { RemoteDoctor(server: self) }

    package var calendarAddresses: any CalendarAddressOperations { RemoteCalendarAddresses(server: self) }

    /// Lets the server read a key set, as it reads those of clients.
    package func testKeySet(at url: String) async throws -> KeySetTestReport {
        let found = try await post(["key-sets", "test"], ["uri": .string(url)]).object
        return try decoded(found) { try KeySetTestReport(answer: $0) }
    }

    /// Returns the settings in force, without secrets.
    package func settings() async throws -> [EffectiveSetting] {
        try await list(["settings"]).map { item in try decoded(item) { try EffectiveSetting(answer: $0) } }
    }

    /// Lets the server judge an assertion, or a refusal again.
    ///
    /// - Parameter keys: public keys in place of the client's own; empty for those of `conditions`.
    package func inspect(
        _ subject: InspectionSubject, asIf conditions: AssertionConditions, keys: [ImportedKey] = []
    ) async throws -> InspectionReport {
        var body: JSONObject =
            switch subject {
            case .assertion(let token): ["client_assertion": .string(String(decoding: token, as: UTF8.self))]
            case .refusal(let reference): ["reference": .string(reference)]
            }
        if let time = conditions.time { body.set("at", .string(time.text)) }
        if let profile = conditions.profile { body.set("audience_profile", .string(profile.rawValue)) }
        if let typing = conditions.requiresTyping { body.set("require_explicit_typing", .boolean(typing)) }
        if case .registered(let name)? = conditions.keys { body.set("registered_key", .string(name)) }
        if !keys.isEmpty { body.set("keys", .object(keys.document)) }
        // A reference is not a credential, so that reading suffices.
        let scope = if case .refusal = subject { "admin.read" } else { "admin.write" }
        let found = try await post(["assertions", "inspect"], body, scope: scope).object
        return try decoded(found) { try InspectionReport(answer: $0) }
    }

    /// What the client may do.
    package enum Permission: Sendable {
        case reading
        case changing
    }

    /// Finds out what the client may do, without changing anything.
    ///
    /// - Throws: `AdminClientError` if it may not even read.
    package func permission() async throws -> Permission {
        _ = try await get(["clients"], query: [("limit", "1")])
        do {
            _ = try await token(for: "admin.write")
            return .changing
        } catch AdminClientError.notPermitted {
            return .reading
        }
    }

    // MARK: Requests

    /// One thing and its version.
    struct Thing: Sendable {
        let object: JSONObject
        /// Its entity tag, if it has one.
        let tag: String?
    }

    /// Reads one thing.
    func get(_ path: [String], query: [(String, String)] = []) async throws -> Thing {
        try thing(try await send("GET", url(path, query)))
    }

    /// Reads all pages of a list.
    func list(_ path: [String], query: [(String, String)] = []) async throws -> [JSONObject] {
        try await first(.max, of: path, query: query)
    }

    /// Reads the first things of a list.
    func first(_ count: Int, of path: [String], query: [(String, String)]) async throws -> [JSONObject] {
        try await found(count, of: path, query: query).items
    }

    /// Reads the first things of a list, and how many there are. If a page is longer than a response may be, smaller pages are asked for.
    func found(
        _ count: Int, of path: [String], query: [(String, String)]
    ) async throws -> FoundPage<JSONObject> {
        var items: [JSONObject] = []
        var total: FoundCount?
        var size = min(count, Self.pageSize)
        var next: String? = url(path, query + [("limit", String(size))])
        for _ in 0..<Self.maximumPages {
            guard let url = next, items.count < count else {
                let hasNext = next != nil || items.count > count
                items = Array(items.prefix(count))
                return FoundPage(
                    items: items, hasPrevious: false, hasNext: hasNext,
                    count: total ?? FoundCount(items.count, hasMore: hasNext))
            }
            let answer: Connection.Response
            do {
                answer = try await send("GET", url)
            } catch TokenClientError.tooLong where size > 1 {
                next = url.replacing("limit=\(size)", with: "limit=\(size / 2)")
                size /= 2
                continue
            }
            let page = try self.object(answer)
            guard case .array(let elements)? = page["items"] else { throw unexpected(answer, "it has no items") }
            for element in elements {
                guard case .object(let item) = element else { throw unexpected(answer, "an item is not an object") }
                items.append(item)
            }
            total = total ?? Self.total(of: page)
            next = page.string("next")?.text
            // The token goes nowhere else.
            guard next?.hasPrefix(base + "/") ?? true else { throw unexpected(answer, "its next page is elsewhere") }
        }
        throw AdminClientError.response(server: issuer, status: 200, detail: "the list does not end")
    }

    /// How many things a list has, if its pages say so.
    private static func total(of page: JSONObject) -> FoundCount? {
        var reader = DocumentReader(page)
        guard let count = reader.integer("count", in: 0...Int.max), let more = reader.boolean("more") else {
            return nil
        }
        return FoundCount(count, hasMore: more)
    }

    /// Makes something.
    ///
    /// - Parameters:
    ///   - tag: of the version that it is made from, if it matters.
    ///   - scope: what the server demands for it.
    func post(
        _ path: [String], _ body: JSONObject, ifMatch tag: String? = nil, scope: String = "admin.write"
    ) async throws -> Thing {
        try thing(try await send("POST", url(path), body, ifMatch: tag, scope: scope))
    }

    /// Changes a thing on the basis of its current version; again, if another change came first.
    ///
    /// - Parameter decide: returns the body of the request for the thing as it is; `nil` to change nothing.
    /// - Returns: the thing afterwards; `nil` without a body in the answer.
    func change(
        _ method: String, _ path: [String], at version: [String]? = nil,
        _ decide: (JSONObject) throws -> JSONObject?
    ) async throws -> Thing {
        for attempt in 1...Self.maximumAttempts {
            let before = try await get(version ?? path)
            guard let body = try decide(before.object) else { return before }
            do {
                return try thing(try await send(method, url(path), body, ifMatch: before.tag ?? "*"))
            } catch AdminClientError.changedMeanwhile where attempt < Self.maximumAttempts {
                continue
            }
        }
        throw AdminClientError.changedMeanwhile(server: issuer)
    }

    /// Sends a change, of whatever version there is unless one is named.
    func write(
        _ method: String, _ path: [String], _ body: JSONObject? = nil, ifMatch tag: String? = nil
    ) async throws -> Thing {
        try thing(try await send(method, url(path), body, ifMatch: tag ?? "*"))
    }

    func delete(_ path: [String]) async throws {
        _ = try await send("DELETE", url(path), ifMatch: "*")
    }

    // MARK: The exchange

    private var base: String { issuer + "/admin/v1" }

    private func url(_ path: [String], _ query: [(String, String)] = []) -> String {
        let place = path.map { "/" + FormWriter.percentEncoded($0) }.joined()
        return base + place + (query.isEmpty ? "" : "?" + FormWriter.encoded(query.map { (name: $0.0, value: $0.1) }))
    }

    /// Returns a token with a scope that allows the request, of the least that suffices.
    private func token(for scope: String) async throws -> String {
        do {
            return try await tokens.accessToken(scope: scope, resources: [base])
        } catch TokenClientError.refused(let refusal) where refusal.error == "invalid_scope" {
            guard scope == "admin.read" else { throw AdminClientError.notPermitted(clientID, server: issuer, scope) }
        } catch TokenClientError.refused(let refusal) where refusal.error == "invalid_target" {
            throw AdminClientError.noAdminAPI(server: issuer)
        }
        // `admin.write` includes reading, and is perhaps all that the client has.
        do {
            return try await tokens.accessToken(scope: "admin.write", resources: [base])
        } catch TokenClientError.refused(let refusal) where refusal.error == "invalid_scope" {
            throw AdminClientError.notPermitted(clientID, server: issuer, scope)
        }
    }

    /// Sends a request.
    ///
    /// - Parameter scope: what the server demands for it; `nil` for the usual one of the method.
    /// - Returns: the answer, if it is a success.
    private func send(
        _ method: String, _ url: String, _ body: JSONObject? = nil, ifMatch: String? = nil, scope: String? = nil
    ) async throws -> Connection.Response {
        let token = try await token(for: scope ?? (method == "GET" ? "admin.read" : "admin.write"))
        var headers = [(name: "Authorization", value: "Bearer " + token)]
        if body != nil {
            let type = method == "PATCH" ? "application/merge-patch+json" : "application/json"
            headers.append((name: "Content-Type", value: type))
        }
        if let ifMatch { headers.append((name: "If-Match", value: ifMatch)) }
        let text = body.map { JSONValue.object($0).render() } ?? ""
        let answer = try await connection.send(
            Connection.Request(method, try ServerAddress(url), headers: headers, body: text))
        guard (200..<300).contains(answer.status) else { throw failure(answer, method) }
        return answer
    }

    private func thing(_ answer: Connection.Response) throws -> Thing {
        let tag = answer.headers.first { $0.name.lowercased() == "etag" }?.value
        return Thing(object: answer.status == 204 ? [:] : try object(answer), tag: tag)
    }

    private func object(_ answer: Connection.Response) throws -> JSONObject {
        do {
            return try JSONObject(document: answer.body)
        } catch {
            throw unexpected(answer, "the body is not a JSON object: \(error.phrase)")
        }
    }

    private func unexpected(_ answer: Connection.Response, _ detail: String) -> AdminClientError {
        .response(server: issuer, status: answer.status, detail: detail)
    }

    /// Reads the JSON of one thing.
    func decoded<Value>(_ object: JSONObject, _ read: (JSONObject) throws -> Value) throws -> Value {
        do {
            return try read(object)
        } catch let document as InvalidDocument {
            throw AdminClientError.response(server: issuer, status: 200, detail: document.phrase)
        }
    }
}
