import Administration
import Pages

/// `/clients/{client}/keys/{key}/{end}`: asks before a key is retired, activated again, revoked or removed.
struct EndKeyPage: ConsolePage {
    enum End: String, CaseIterable {
        case retire
        case activate
        case revoke
        case remove

        var verb: String {
            switch self {
            case .retire: "Retire"
            case .activate: "Keep active"
            case .revoke: "Revoke"
            case .remove: "Remove"
            }
        }
    }

    /// The latest time at which a key can retire, from now.
    private static let longest: Duration = .seconds(10 * 365 * 86_400)

    let path = ClientListPage.location + "/{client}/keys/{key}/{end}"
    let takesForms = true
    // Activating gives access, and the others can take it from a whole client.
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await Question(visit).content() }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let question = try await Question(visit)
        let (id, key) = (question.client.id, question.thumbprint)
        var until: UnixTime?
        if question.end == .retire {
            let text = form.text("until") ?? ""
            until = UnixTime(formDate: text)
            guard let until, visit.now < until, until <= visit.now + Self.longest else {
                return .page(question.asking(again: text, basis: Basis(form)), status: 400)
            }
        }
        return try await Basis.Change(
            .client(id), form, visit, facts: { try $0.registration(of: id)?.keyFacts },
            asking: { try await Question(visit).content(conflict: $0) }
        ).make { [until] store in
            let clients = ClientAdministration(store)
            func status(_ status: KeyAvailability, _ notice: String) async throws -> Answer {
                _ = try await clients.setStatus(status, ofKey: key, of: id.text)
                return .redirect(to: question.page, notice: notice)
            }
            switch question.end {
            case .retire: return try await status(until.map { .retiring(until: $0) } ?? .active, "key-retiring")
            case .activate: return try await status(.active, "key-active")
            case .revoke: return try await status(.revoked(since: visit.now), "key-revoked")
            case .remove:
                _ = try await clients.edit(id.text, removing: [key], adding: [], at: visit.now) { _ in }
                return .redirect(to: question.page, notice: "key-removed")
            }
        }
    }

    /// What is asked about a key.
    private struct Question {
        let client: ClientRecord
        let end: End
        let thumbprint: String
        private let report: ClientKeyReport
        private let key: ClientDetails.Key
        /// The path of the console.
        private let base: String

        /// - Throws: `ConsoleFailure.notFound` unless the client has the key and the end exists.
        init(_ visit: Visit) async throws {
            report = try await ClientAdministration(visit.store).keyReport(
                of: try visit.parameter("client"), at: visit.now)
            client = report.details.client
            guard let end = End(rawValue: try visit.parameter("end")) else {
                throw ConsoleFailure.notFound("this address")
            }
            let thumbprint = try visit.parameter("key")
            let key = report.details.keysInForce.first { $0.status != nil && $0.jwk.thumbprint == thumbprint }
            guard let key else { throw ConsoleFailure.notFound("the key “\(thumbprint)”") }
            (self.end, self.key, self.thumbprint) = (end, key, thumbprint)
            base = visit.address.path
        }

        /// Where it goes on afterwards.
        var page: String { ClientKeysPage.path(of: client.id) }

        private var now: UnixTime { report.now }
        private var name: String { ShownKey.name(of: key.jwk) }
        /// A week from now.
        private var defaultEnd: String { (now + .seconds(7 * 86_400)).formDate }

        /// What it means that no other key works.
        private var last: String {
            let others = report.details.keysInForce.count {
                $0.jwk.thumbprint != thumbprint && $0.status?.allowsUse(at: now) == true
            }
            return others == 0
                ? " It is the last key that works: the client cannot prove itself afterwards." : ""
        }

        /// What the key is now.
        private var state: String {
            switch key.status {
            case .retiring(let end)? where now < end: "It works until \(ShownTime.exact(end))."
            case .retiring(let end)?: "It has been retired since \(ShownTime.exact(end))."
            case .revoked(let since)?: "It has been revoked since \(ShownTime.exact(since))."
            case .active?, nil: "It is active."
            }
        }

        private var paragraphs: [String] {
            let uses = report.day(of: thumbprint).uses
            let used =
                uses == 0
                ? "It was not used in the last 24 hours."
                : "It was used \(ShownNumber.of(uses)) \(uses == 1 ? "time" : "times") in the last 24 hours."
            switch end {
            case .retire:
                var paragraphs = [
                    "It works until the time that you choose, and is refused from then on. Until it comes, and afterwards too, you can make the key active again. \(used)\(last)"
                ]
                if let rotation = report.rotation, rotation.step == .seeInUse,
                    rotation.new.jwk.thumbprint != thumbprint
                {
                    paragraphs.append(
                        "The new key \(ShownKey.name(of: rotation.new.jwk)) has not been used yet. If the client does not switch before that time, it is refused from then on."
                    )
                }
                return paragraphs
            case .activate:
                return ["It works without an end again. Anyone with its private key can act as the client. \(used)"]
            case .revoke:
                return [
                    "Assertions signed with it are refused at once, and it stays revoked: a stolen key must not come back by mistake. \(used)\(last)"
                ]
            case .remove:
                return [
                    "The server forgets it. An assertion signed with it is then refused as one of an unknown key. \(used)\(last)"
                ]
            }
        }

        private var command: String {
            func key(_ verb: String, _ options: [String] = []) -> String {
                ShellCommand.key(verb, thumbprint, of: client.id, options)
            }
            return switch end {
            case .retire: key("retire", ["--in", "7d"])
            case .activate: key("activate")
            case .revoke: key("revoke")
            case .remove: ShellCommand.edit(client.id, ShellCommand.option("--remove-key", thumbprint))
            }
        }

        func content(conflict: ShownConflict? = nil) -> ConfirmContent {
            let words: (title: String, button: String, keep: String) =
                switch end {
                case .retire: ("Retire", "Retire the key", "Keep it active")
                case .activate: ("Keep active:", "Keep the key active", "Leave it as it is")
                case .revoke: ("Revoke the key", "Revoke the key", "Keep it")
                case .remove: ("Remove the key", "Remove the key", "Keep it")
                }
            return ConfirmContent(
                title: "\(words.title) \(name)?", key: thumbprint,
                crumbs: [
                    ("Clients", ClientListPage.location), (client.shownName, ClientPage.path(of: client.id)),
                    ("Keys", page),
                ],
                paragraphs: [state] + paragraphs, until: end == .retire ? defaultEnd : nil,
                basis: Basis(report.details.registration.keyFacts), conflict: conflict, button: words.button,
                keep: words.keep, action: "\(base)\(page)/\(thumbprint)/\(end.rawValue)", cancel: base + page,
                command: command, isDangerous: end == .revoke || end == .remove)
        }

        /// - Parameter text: what was in the field of the time.
        func asking(again text: String, basis: Basis) -> ConfirmContent {
            var content = content()
            content.until = text
            content.isFaulty = true
            content.basis = basis
            return content
        }
    }
}

extension ClientRegistration {
    /// What a question about a key depends on: the keys with their states, and whether the client can use them.
    fileprivate var keyFacts: JSONObject {
        let facts = facts
        return JSONObject(
            ["keys", "enabled", "jwks_uri"].compactMap { name in facts[name].map { (name, $0) } })
    }
}
