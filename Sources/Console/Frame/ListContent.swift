import Pages

/// A page with a list: a search, a table, and links to the pages before and after.
struct ListContent: ListedContent {
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

    typealias Link = (text: String, url: String)

    /// What is below the table.
    struct Pages: Sendable {
        /// Beside the links to other pages.
        var note: String?
        var previous: Link?
        var next: Link?
    }

    let head: PageHead
    /// The path of the list, from the root.
    let action: String
    var table: ShownTable
    let empty: Empty
    /// What adds an item.
    var add: (text: String, url: String)?
    var otherActions: [Link] = []
    var filters: [Filter] = []
    var warnings: [String] = []
    /// Below the table of a list that is on one page.
    var note: String?
    /// Below the table, if it shows this number of its rows; `nil` if all rows are on one page.
    var pages: (@Sendable (_ count: Int) -> Pages)?
    /// Whether the page was reached from the one after it, so that its last rows are kept.
    private(set) var keepsLast = false

    /// Leads to the pages before and after what was found.
    mutating func lead<Item>(
        around found: FoundPage<Item>, at position: PagePosition, size: Int,
        key: @escaping @Sendable (Item) -> String,
        link: @escaping @Sendable ((name: String, value: String)) -> String
    ) {
        if case .before = position { keepsLast = true }
        pages = { count in
            let links = found.keeping(count, at: position).links(key, link)
            return Pages(
                previous: links.previous.map { ("Previous \(size)", $0) }, next: links.next.map { ("Next \(size)", $0) }
            )
        }
    }

    var rowCount: Int { pages == nil ? 0 : table.rows.count }

    func keeping(_ count: Int) -> ListContent {
        var content = self
        content.table.rows = Array(keepsLast ? table.rows.suffix(count) : table.rows.prefix(count))
        return content
    }

    var context: [String: Any] {
        func link(_ link: Link) -> [String: String] { ["text": link.text, "url": link.url] }
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
        let pages = pages?(table.rows.count) ?? Pages(note: note)
        if pages.note != nil || pages.previous != nil || pages.next != nil {
            var part: [String: Any] = [:]
            part["note"] = pages.note
            part["previous"] = pages.previous.map(link)
            part["next"] = pages.next.map(link)
            context["pages"] = part
        }
        return context
    }
}

extension FoundPage {
    /// Returns the page with fewer items, those next to the page from which it was reached.
    func keeping(_ count: Int, at position: PagePosition) -> FoundPage {
        guard count < items.count else { return self }
        if case .before = position {
            return FoundPage(
                items: Array(items.suffix(count)), hasPrevious: true, hasNext: hasNext, count: self.count)
        }
        return FoundPage(items: Array(items.prefix(count)), hasPrevious: hasPrevious, hasNext: true, count: self.count)
    }

    /// Returns the addresses of the pages before and after.
    ///
    /// - Parameters:
    ///   - key: what a position says of an item.
    ///   - link: the address with a parameter for the position.
    func links(
        _ key: (Item) -> String, _ link: ((name: String, value: String)) -> String
    ) -> (previous: String?, next: String?) {
        (
            hasPrevious ? items.first.map { link((name: "before", value: key($0))) } : nil,
            hasNext ? items.last.map { link((name: "after", value: key($0))) } : nil
        )
    }
}
