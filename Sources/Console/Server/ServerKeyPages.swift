import Administration
import Pages

/// `/server-keys`: the keys that the server signs tokens with.
struct ServerKeysPage: ConsolePage {
    static let location = "/server-keys"
    /// Withdrawn keys stay in the store; the newest are shown.
    private static let limit = 60

    let path = Self.location
    let notices = [
        "rotated": "The next keys have been made. They are published now, and sign from the time that you have chosen.",
        "withdrawn": "The key has been withdrawn.",
    ]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let keys = try await visit.serverKeys.list(at: visit.now)
        let here = visit.address.path + Self.location
        var content = ListContent(
            head: PageHead(
                title: "Server keys", lead: Self.lead(keys, at: visit.now), offersChanges: true,
                commands: [
                    ShellCommand.text(["server-key", "list"]),
                    ShellCommand.text(["server-key", "rotate", "--in", "1d"]),
                    ShellCommand.text(["server-key", "retire", "KID"]),
                ]),
            action: here,
            table: ShownTable(
                id: "server-keys", caption: "Keys of the server, the newest first",
                columns: ["Key ID", "State", "Algorithm", "Signs from", "Published until"],
                rows: keys.prefix(Self.limit).map { key in
                    let link =
                        key.state == .withdrawn || !visit.person.mayChange ? nil : here + WithdrawKeyPage.end(key.keyID)
                    return ShownTable.Row(cells: [
                        .link(key.keyID.text, to: link, isKey: true, limit: 64)
                            .noting(link == nil ? nil : "Open to withdraw it"),
                        .badge(Self.state(key.state)), .key(key.algorithm.name), .time(key.signsFrom, at: visit.now),
                        key.publishedUntil.map { .time($0, at: visit.now) } ?? .none("Not decided"),
                    ])
                }),
            empty: .init(title: "No key yet", text: "The server makes its keys when it starts for the first time."),
            add: keys.isEmpty ? nil : ("Rotate…", visit.address.path + RotateKeysPage.location),
            otherActions: [("Audit of the keys", visit.address.path + Self.audit)])
        if keys.count > Self.limit { content.note = "\(keys.count - Self.limit) older keys are not shown." }
        return content
    }

    private static var audit: String {
        var query = ChangeQuery()
        query.kind = ChangeSubject.Kind.serverKey.rawValue
        return AuditPage.location + query.encoded
    }

    private static func lead(_ keys: [ServerKeyAdministration.Details], at now: UnixTime) -> String {
        let active = keys.filter { $0.state == .active }
        guard let oldest = active.map(\.signsFrom).min() else { return "No key signs at the moment." }
        let published = keys.count { $0.state != .withdrawn }
        let names = active.map(\.algorithm.name).sorted().joined(separator: ", ")
        return "\(active.count == 1 ? "One key signs" : "\(active.count) keys sign") (\(names)), the oldest since "
            + "\(ShownTime.exact(oldest)). \(published == 1 ? "One is" : "\(published) are") published for those who verify tokens."
    }

    static func state(_ state: SigningKeyState) -> ShownBadge {
        switch state {
        case .next: ShownBadge(kind: .wait, word: "Next")
        case .active: ShownBadge(kind: .ok, word: "Signs")
        case .retired: ShownBadge(kind: .info, word: "Retired", isPlain: true)
        case .withdrawn: ShownBadge(kind: .off, word: "Withdrawn")
        }
    }
}

/// `/rotate-server-keys`: makes the next key of each algorithm.
struct RotateKeysPage: ConsolePage {
    static let location = "/rotate-server-keys"
    private static let waits = [
        ("1h", "In an hour"), ("1d", "In a day"), ("7d", "In 7 days"), ("5m", "In 5 minutes, the shortest"),
    ]

    let path = Self.location
    let takesForms = true
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await content(nil, [], visit) }

    private func content(_ form: Form?, _ faults: [FieldFault], _ visit: Visit) async throws -> FormContent {
        let keys = try await visit.serverKeys.list(at: visit.now).filter { $0.state == .active }
        let algorithms = keys.map(\.algorithm.name).sorted()
        let wait = form?.text("signs_in") ?? "1d"
        return FormContent(
            head: PageHead(
                title: "Rotate the server keys", crumbs: [("Server keys", ServerKeysPage.location)],
                lead:
                    "The new keys are published at once, so that everybody who verifies tokens has read them when they begin to sign. The keys "
                    + "before them stay published until their last token has expired.",
                offersChanges: true, commands: [ShellCommand.text(["server-key", "rotate", "--in", wait])]),
            groups: [
                FormContent.Group(
                    id: "rotation", title: "Next keys",
                    fields: [
                        FormContent.Field(
                            name: "algorithm", label: "Of which algorithm",
                            hint: "Each algorithm has a key of its own.",
                            control: .choice(
                                [.init(value: "", label: "All")] + algorithms.map { .init(value: $0, label: $0) }),
                            value: form?.text("algorithm") ?? ""),
                        FormContent.Field(
                            name: "signs_in", label: "They begin to sign",
                            hint:
                                "Those who verify may keep the key set for 5 minutes. To replace a stolen key, withdraw it.",
                            control: .choice(Self.waits.map { .init(value: $0.0, label: $0.1) }), value: wait),
                    ])
            ], faults: faults, button: "Make the next keys", action: visit.address.path + Self.location,
            cancel: visit.address.path + ServerKeysPage.location)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let (name, wait) = (form.text("algorithm") ?? "", form.text("signs_in") ?? "")
        guard let seconds = Self.waits.contains(where: { $0.0 == wait }) ? DurationText.seconds(wait) : nil else {
            let fault = FieldFault("“\(wait)” is not one of the choices.", field: "signs_in")
            return .page(try await content(form, [fault], visit), status: 400)
        }
        let algorithm = AccessTokenSettings.signingAlgorithms.first { $0.name == name }
        do {
            guard name.isEmpty || algorithm != nil else {
                throw FieldFault("“\(name)” is not one of the choices.", field: "algorithm")
            }
            _ = try await visit.serverKeys.rotate(algorithm.map { [$0] }, after: .seconds(seconds), at: visit.now)
        } catch {
            guard let fault = Self.fault(error, at: visit.now) else { throw error }
            return .page(try await content(form, [fault], visit), status: 400)
        }
        return .redirect(to: ServerKeysPage.location, notice: "rotated")
    }

    private static func fault(_ error: any Error, at now: UnixTime) -> FieldFault? {
        switch error {
        case let fault as FieldFault: fault
        case ServerKeyFailure.hasNext(_, let algorithm, let start):
            FieldFault(
                "The next key for \(algorithm.name) exists already, and signs from \(ShownTime.exact(start)). Choose another algorithm, or "
                    + "withdraw that key first.", field: "algorithm")
        case ServerKeyFailure.unused(let algorithm):
            FieldFault("The server does not sign with \(algorithm.name).", field: "algorithm")
        case ServerKeyFailure.noKeys: FieldFault("The server has no key yet.", field: "algorithm")
        default: nil
        }
    }
}

/// `/server-keys/{kid}/withdraw`: says what fails when a key is withdrawn, and does it.
struct WithdrawKeyPage: ConsolePage {
    let path = ServerKeysPage.location + "/{kid}/withdraw"
    let takesForms = true
    let isSensitive = true

    /// Below the address of the list.
    static func end(_ keyID: ExactString) -> String { "/\(PathSegment.encoded(keyID.text))/withdraw" }

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await content(visit) }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let kid = try visit.parameter("kid")
        guard form.text("confirmation").map({ ExactString($0) }) == ExactString(Self.word(kid)) else {
            var content = try await content(visit, isFaulty: true)
            content.basis = Basis(form)
            return .page(content, status: 400)
        }
        return try await Basis.Change(
            ChangeSubject(.serverKey, ExactString(kid)), form, visit,
            facts: { Self.facts(kid, try $0.signingKeys(), at: visit.now) },
            asking: { try await content(visit, conflict: $0) }
        ).make { store in
            _ = try await visit.serverKeysOver(store).retire(kid, at: visit.now)
            return .redirect(to: ServerKeysPage.location, notice: "withdrawn")
        }
    }

    /// What the page says depends on the states of the keys of the same algorithm.
    ///
    /// - Returns: `nil` without the key.
    private static func facts(_ kid: String, _ keys: [SigningKeyRecord], at now: UnixTime) -> JSONObject? {
        guard let key = keys.first(where: { $0.keyID == ExactString(kid) }) else { return nil }
        let same = keys.filter { $0.algorithm == key.algorithm }
        return JSONObject(same.map { ($0.keyID.text, .string(keys.state(of: $0, at: now).rawValue)) })
    }

    /// The beginning of a key ID, which is long.
    private static func word(_ kid: String) -> String { String(kid.prefix(8)) }

    private func content(
        _ visit: Visit, isFaulty: Bool = false, conflict: ShownConflict? = nil
    ) async throws -> ConfirmContent {
        let kid = try visit.parameter("kid")
        let keys = try await visit.serverKeys.list(at: visit.now)
        guard let key = keys.first(where: { $0.keyID == ExactString(kid) }) else { throw ServerKeyFailure.noKey(kid) }
        let facts = Self.facts(kid, try await visit.store.signingKeys.all(), at: visit.now)
        let hasNext = keys.contains { $0.algorithm == key.algorithm && $0.state == .next }
        let here = visit.address.path + ServerKeysPage.location
        return ConfirmContent(
            title: "Withdraw the key?", key: kid, crumbs: [("Server keys", ServerKeysPage.location)],
            paragraphs: Self.words(key, hasNext: hasNext), confirmation: Self.word(kid), isFaulty: isFaulty,
            basis: Basis(facts ?? [:]), conflict: conflict, isRefused: key.state == .withdrawn,
            button: "Withdraw the key", keep: "Cancel",
            action: here + Self.end(key.keyID), cancel: here,
            command: ShellCommand.text(["server-key", "retire"], on: kid, ["--yes"]))
    }

    private static func words(_ key: ServerKeyAdministration.Details, hasNext: Bool) -> [String] {
        let fails =
            "All tokens that it has signed fail at once at everybody who reads the key set again, and within 5 minutes at the others: access tokens "
            + "in use, ID tokens, and sign-outs that name one. Clients have to ask for new tokens, and people may have to sign in again."
        let stolen =
            "Do this if the key may have been stolen. For a scheduled replacement, rotate the keys: then nothing fails."
        let name = key.algorithm.name
        switch key.state {
        case .next:
            return [
                "It is published for \(name), but has signed nothing yet: nothing fails. The key before it goes on signing."
            ]
        case .active:
            return [
                fails,
                hasNext
                    ? "The next key for \(name) takes its place at once."
                    : "A new key for \(name) takes its place at once.",
                stolen,
            ]
        case .retired: return ["It signs no more, but tokens that it has signed are still valid. \(fails)", stolen]
        case .withdrawn: return ["It has been withdrawn already."]
        }
    }
}
