import Administration
import Pages

/// `/audit/{number}/undo`: shows what undoing a change would make, and does it.
struct UndoChangePage: ConsolePage {
    let path = AuditPage.location + "/{number}/undo"
    let takesForms = true
    // It can enable a client or a person again, or give back a key.
    let isSensitive = true

    func show(_ visit: Visit) async throws -> any ConsoleContent { try await content(visit) }

    private func content(_ visit: Visit, fault: String? = nil) async throws -> UndoContent {
        let change = try await ChangeAdministration(visit.store).change(try ChangePage.number(visit))
        let subject = try await ChangeSubjects(of: [change], in: visit.store).name(of: change.subject)
        return UndoContent(
            change: change, subject: subject.text, fault: fault ?? change.undoability.map { $0.message },
            base: visit.address.path)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let changes = ChangeAdministration(visit.store)
        let change = try await changes.change(try ChangePage.number(visit))
        do {
            let made = try await changes.undo(change.number, at: visit.now)
            return .redirect(to: ChangePage.path(of: made.number), notice: "undone")
        } catch let failure as ChangeFailure {
            var words = failure.detail
            if case .changedSince(let number, let members) = failure {
                let named = ChangeFailure.changedSince(
                    number, members: members.map { ChangeMembers.label(of: $0, change.subject.kind).lowercasedFirst })
                words = named.detail
                if let who = await LatestChange.words(of: change.subject, visit) { words += " \(who)." }
            }
            return .page(try await content(visit, fault: words), status: 409)
        } catch PeopleFailure.lastAdministrator {
            return .page(try await content(visit, fault: EndPersonPage.lastAdministrator), status: 409)
        } catch StoreError.invalid(let problem) {
            return .page(try await content(visit, fault: problem + "."), status: 409)
        }
    }
}

struct UndoContent: ConsoleContent {
    static let template = "undo"

    let change: Change
    let subject: String
    /// Why it cannot be undone.
    let fault: String?
    /// The path of the console.
    let base: String

    private var page: String { ChangePage.path(of: change.number) }

    var head: PageHead {
        PageHead(
            title: "Undo change \(ShownNumber.of(Int(change.number)))?",
            crumbs: [("Audit", AuditPage.location), ("Change \(ShownNumber.of(Int(change.number)))", page)],
            lead: "It changed the \(change.subject.kind.noun) \(ShownText.of(subject)). Nothing has been undone yet.",
            commands: [ShellCommand.text(["changes", "undo", "\(change.number)"])])
    }

    var context: [String: Any] {
        var context: [String: Any] = [
            "difference": ShownDifference(change).context(
                before: "After the change", after: "Undone", isReversed: true),
            "action": base + page + "/undo", "cancel": base + page,
        ]
        context["fault"] = fault.map { ["text": ShownText.of($0, limit: 600)] }
        return context
    }
}
