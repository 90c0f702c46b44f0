import Pages

/// A page with a list: a search, a table, and links to the pages before and after.
struct ListContent: ConsoleContent {
    static let template = "list"

    /// A field of the search.
    struct Filter: Sendable {
        enum Control: Sendable {
            /// - Parameter example: what can be typed.
            case text(example: String)
            /// Values with their labels.
            case choice([(value: String, label: String)])
        }

        let name: String
        let label: String
        let value: String
        let control: Control
        var isWide = false

        fileprivate var context: [String: Any] {
            var context: [String: Any] = ["name": name, "label": label, "is_wide": isWide]
            switch control {
            case .text(let example):
                context["search"] = ["value": ShownText.of(value, limit: 300), "example": example]
            case .choice(let choices):
                context["choice"] = [
                    "options": choices.map {
                        ["value": $0.value, "label": $0.label, "is_selected": $0.value == value] as [String: Any]
                    }
                ]
            }
            return context
        }
    }

    /// What stands in place of an empty table.
    struct Empty: Sendable {
        let title: String
        let text: String
        var link: (text: String, url: String)?
    }

    let head: PageHead
    /// The path of the list, from the root.
    let action: String
    let table: ShownTable
    let empty: Empty
    /// What adds an item.
    var add: (text: String, url: String)?
    var otherActions: [(text: String, url: String)] = []
    var filters: [Filter] = []
    var warnings: [String] = []
    /// Beside the links to other pages.
    var note: String?
    var previous: (text: String, url: String)?
    var next: (text: String, url: String)?

    var context: [String: Any] {
        func link(_ link: (text: String, url: String)) -> [String: String] { ["text": link.text, "url": link.url] }
        var context: [String: Any] = [
            "filters": filters.isEmpty ? [] : [["action": action, "fields": filters.map(\.context)] as [String: Any]],
            "warnings": warnings.map { ["text": $0] }, "other_actions": otherActions.map(link),
        ]
        if table.rows.isEmpty {
            var part: [String: Any] = ["title": empty.title, "text": empty.text]
            part["link"] = empty.link.map(link)
            context["empty"] = part
        } else {
            context["table"] = table.context
        }
        context["add"] = add.map(link)
        if note != nil || previous != nil || next != nil {
            var pages: [String: Any] = [:]
            pages["note"] = note
            pages["previous"] = previous.map(link)
            pages["next"] = next.map(link)
            context["pages"] = pages
        }
        return context
    }
}
