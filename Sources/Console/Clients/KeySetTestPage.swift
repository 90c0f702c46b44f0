import Administration
import Fetching
import Pages

/// `/key-sets/test`: reads a key set by the rules of the server, and says what happens on the way and what each key is good for.
struct KeySetTestPage: ConsolePage {
    static let address = "/key-sets/test"

    let path = Self.address
    let takesForms = true

    /// The page for a client's key set, below the console's address.
    static func path(of id: ClientID) -> String {
        address + "?" + FormWriter.encoded([(name: "client", value: id.text)])
    }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        try await content(visit, client: visit.query?.text("client"), url: visit.query?.text("url"))
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let url = ClientField.trimmed(form.text("url") ?? "")
        var content = try await content(visit, client: form.text("client"), url: url)
        guard !url.isEmpty else {
            content.fault = "Type the address of a key set, such as https://client.example/jwks.json."
            return .page(content, status: 400)
        }
        do throws(KeySetTests.Refusal) {
            content.test = try await visit.keySetTests.test(
                url, isOfStranger: content.isOfStranger, by: .person(visit.person.user.id))
            return .page(content)
        } catch {
            content.fault = Self.words(error, at: visit.now)
            return .page(content, status: 429, retryAfter: error.wait(at: visit.now))
        }
    }

    private static func words(_ refusal: KeySetTests.Refusal, at now: UnixTime) -> String {
        switch refusal {
        case .underWay: "Another test of yours is under way. Wait until it has ended, a few seconds at most."
        case .busy: "Other people’s tests are under way. Try again in a few seconds."
        case .tooMany(let next):
            "You have made six tests in a minute. The next one is possible \(ShownTime.distance(next, at: now))."
        }
    }

    private func content(_ visit: Visit, client id: String?, url: String?) async throws -> KeySetTestContent {
        var content = KeySetTestContent(
            url: url ?? "", limit: visit.keySetTests.limit, now: visit.now, base: visit.address.path)
        guard let id, !id.isEmpty else { return content }
        let report = try await ClientAdministration(visit.store).keyReport(of: id, at: visit.now)
        content.client = report.details.client
        guard let own = report.details.client.keySetURL else { return content }
        if content.url.isEmpty { content.url = own }
        guard content.url == own else { return content }
        content.isOfStranger = report.details.registration.isStranger(at: own)
        content.history = report.fetches
        return content
    }
}

struct KeySetTestContent: ConsoleContent {
    static let template = "key_set_test"
    private static let shownKeys = 40

    var url: String
    /// How long a test takes at most.
    let limit: Duration
    let now: UnixTime
    /// The path of the console.
    let base: String
    /// Whose key set it is.
    var client: ClientRecord?
    var isOfStranger = false
    var history: [KeySetFetch] = []
    var test: KeySetTest?
    /// Why no test was made.
    var fault: String?

    var head: PageHead {
        var head = PageHead(
            title: "Key set tester", lead: lead, offersChanges: true,
            commands: [ShellCommand.text(["key-set", "test"], on: url.isEmpty ? "URI" : url, ["--profile", "NAME"])])
        if let client {
            head.crumbs = [
                ("Clients", ClientListPage.location), (client.shownName, ClientPage.path(of: client.id)),
                ("Keys", ClientKeysPage.path(of: client.id)),
            ]
        }
        return head
    }

    private var lead: String {
        guard let test else {
            return
                "Reads a key set as the server would, by the same rules, and says what happens on the way. Nothing is kept, and no client notices."
        }
        let time = "after \(Self.text(test.duration))"
        switch test.outcome {
        case .failed: return "It could not be read, \(time)."
        case .received(let document):
            if document.problem != nil { return "What is there is not a key set." }
            let (good, bad) = (document.keys.count, document.refused.count)
            let words = good == 0 ? "No key can be used" : good == 1 ? "1 key can be used" : "\(good) keys can be used"
            return "\(words)\(bad == 0 ? "" : ", \(bad) cannot"). Read \(time)."
        }
    }

    private static func text(_ duration: Duration) -> String {
        "\(ShownNumber.of(Int(duration / .milliseconds(1)))) ms"
    }

    var context: [String: Any] {
        var context: [String: Any] = [
            "action": base + KeySetTestPage.address, "url": ShownText.of(url, limit: 2048),
            "limit": limit.text, "history": history.map(entry), "has_history": !history.isEmpty,
            "is_stranger": isOfStranger,
        ]
        context["client"] = client.map { ["id": $0.id.text, "name": ShownText.of($0.shownName)] }
        context["fault"] = fault.map { ["message": $0] }
        if let test { context["test"] = result(test) }
        return context
    }

    private func entry(_ fetch: KeySetFetch) -> [String: Any] {
        let (icon, kind, words): (String, String, String) =
            switch fetch.outcome {
            case .received(let keys, let refused, let isChanged):
                (
                    "ok", "ok plain",
                    "\(keys) \(keys == 1 ? "key" : "keys")\(refused == 0 ? "" : ", \(refused) not usable")\(isChanged ? ", new content" : "")"
                )
            case .notModified: ("ok", "ok plain", "Unchanged (304)")
            case .failed(let problem): ("bad", "bad", ShownText.of(problem, limit: 500))
            }
        return [
            "time": ShownTime.context(fetch.at, at: now), "duration": Self.text(fetch.duration), "words": words,
            "icon": icon, "badge": kind, "word": icon == "ok" ? "Read" : "Failed",
        ]
    }

    private func result(_ test: KeySetTest) -> [String: Any] {
        var context: [String: Any] = [
            "is_usable": test.isUsable, "is_not_usable": !test.isUsable, "hops": test.hops.enumerated().map(hop),
        ]
        switch test.outcome {
        case .failed(let message): context["problem"] = ShownText.of(message, limit: 1000)
        case .received(let document):
            context["problem"] = document.problem.map {
                ShownText.of($0.prefix(1).uppercased() + $0.dropFirst() + ".", limit: 600)
            }
            context["document"] = [
                "size": ShownNumber.of(document.size),
                "stated": document.statedLifetime.map { $0 == .zero ? "Not at all" : $0.text } ?? "Nothing",
                "lifetime": document.lifetime.text,
            ]
            let shown = document.keys.prefix(Self.shownKeys)
            context["keys"] = shown.map(key)
            context["refused"] = document.refused.prefix(Self.shownKeys).map { key in
                [
                    "name": key.keyID.map { ShownText.of($0.text, limit: 255) } ?? "Key \(key.index + 1)",
                    "reason": ShownText.of(key.reason, limit: 300),
                ]
            }
            context["has_keys"] = !document.keys.isEmpty || !document.refused.isEmpty
            context["more"] = document.keys.count > shown.count ? "\(document.keys.count - shown.count)" : nil
        }
        return context
    }

    private func key(_ key: JWK) -> [String: Any] {
        [
            "name": key.keyID.map { ShownText.of($0.text, limit: 255) } ?? "Without a name",
            "thumbprint": key.thumbprint, "strength": ShownEntry.strength(key.key),
            "algorithms": key.verificationAlgorithms.map(\.name).joined(separator: " "),
        ]
    }

    private func hop(_ index: Int, _ hop: FetchTrace.Hop) -> [String: Any] {
        var context: [String: Any] = [
            "title": index == 0 ? "The address" : "Redirect \(index)", "id": "hop-\(index)",
            "url": ShownText.of(hop.url, limit: 2048),
            "addresses": hop.addresses.prefix(16).map { address in
                [
                    "text": address.text, "is_allowed": address.refusal == nil,
                    "reason": address.refusal.map { "Refused: \($0.phrase)" } ?? "May be connected to",
                ] as [String: Any]
            }, "has_addresses": !hop.addresses.isEmpty,
            "fields": hop.fields.map { ["name": $0.name, "value": ShownText.of($0.value, limit: 256)] },
            "times": times(hop.times),
        ]
        context["proxy"] = hop.proxy.map {
            ShownText.of($0) + (hop.isResolvedByProxy ? ", which looks up the name" : "")
        }
        context["peer"] = hop.peer
        context["status"] = hop.status.map { "\($0)" }
        if let tls = hop.tls {
            var facts: [String: Any] = ["version": tls.version]
            if let certificate = KeySetTest.certificate(at: hop) {
                facts["certificate"] = [
                    "subject": ShownText.of(certificate.subject, limit: ShownEntry.nameLimit),
                    "issuer": ShownText.of(certificate.issuer, limit: ShownEntry.nameLimit),
                    "end": ShownTime.exact(certificate.notAfter),
                    "distance": ShownTime.distance(certificate.notAfter, at: now),
                ]
            }
            context["tls"] = facts
        }
        return context
    }

    /// Each step with its end, from the beginning of the test.
    private func times(_ times: FetchTrace.Times) -> String {
        let steps: [(String, Duration?)] = [
            ("looked up", times.lookedUp), ("connected", times.connected), ("answered", times.answered),
            ("complete", times.complete),
        ]
        let words = steps.compactMap { name, time in time.map { "\(name) after \(Self.text($0))" } }
        return words.isEmpty ? "No step was reached" : words.joined(separator: ", ")
    }
}
