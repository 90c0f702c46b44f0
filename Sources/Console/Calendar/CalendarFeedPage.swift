import Administration
import Pages

/// `/calendar/address`: the secret address at which a calendar program of the person reads what ends.
struct CalendarFeedPage: ConsolePage {
    static let address = CalendarPage.address + "/address"

    let path = Self.address
    let takesForms = true
    let isSensitive = true
    let notices = ["removed": "The address has been removed. Calendar programs get nothing from it any more."]

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        CalendarFeedContent(
            person: visit.person.user.name, feed: visit.person.user.calendarFeed, now: visit.now,
            base: visit.address.path)
    }

    /// A page that is reloaded after it has shown a new address sends its form again: the form is about an address that is not there any more,
    /// so it neither makes another one nor ends the one that was shown.
    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let person = visit.person.user.id
        func content() async throws -> CalendarFeedContent {
            CalendarFeedContent(
                person: visit.person.user.name, feed: try await visit.store.users.user(person)?.calendarFeed,
                now: visit.now, base: visit.address.path)
        }
        return try await Basis.Change(
            .user(person), form, visit, making: (action: .userCalendarMade, noun: "an address"),
            facts: { try $0.user(person).map { CalendarFeedContent.facts($0.calendarFeed) } },
            asking: { conflict in
                var content = try await content()
                content.conflict = conflict
                return content
            }
        ).make { store in
            let feeds = CalendarFeeds(store)
            if form.text("remove") != nil {
                try await feeds.remove(of: person)
                return .redirect(to: Self.address, notice: "removed")
            }
            guard form.text("make") != nil else { throw ConsoleFailure.unreadableForm("The form says nothing.") }
            let secret = try await feeds.make(for: person, at: visit.now)
            var content = try await content()
            content.url = CalendarFeedEndpoint.url(secret, below: visit.address)
            return .page(content)
        }
    }
}

struct CalendarFeedContent: ConsoleContent {
    static let template = "calendar-address"

    /// The user name.
    let person: String
    let feed: CalendarFeed?
    let now: UnixTime
    let base: String
    /// A new address, which is shown once.
    var url: String?
    var conflict: ShownConflict?

    /// What the form depends on.
    static func facts(_ feed: CalendarFeed?) -> JSONObject {
        feed.map { ["feed": .string(Base64URL.encode($0.digest))] } ?? [:]
    }

    var head: PageHead {
        PageHead(
            title: "Calendar address", crumbs: [("Expiry calendar", CalendarPage.address)],
            lead:
                "Calendar programs read from it what ends, and remind you 7 days and 1 day before. It is yours, and ends when you leave.",
            commands: [
                ShellCommand.text(["user", "calendar-address"], on: person, ["--make"]),
                ShellCommand.text(["expiry", "--ics", "expiry.ics"]),
            ])
    }

    var context: [String: Any] {
        var context: [String: Any] = [
            "action": base + CalendarFeedPage.address, "calendar": base + CalendarPage.address, "has_feed": feed != nil,
            "basis": Basis(Self.facts(feed)).digest,
        ]
        context["conflict"] = conflict?.context
        context["url"] = url
        context["made"] = feed.map { ShownTime.context($0.createdAt, at: now) }
        return context
    }
}
