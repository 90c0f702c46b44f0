import Pages

/// A table of a page: a row has a name in its first cell, and becomes a block on narrow screens.
struct ShownTable: Sendable {
    struct Row: Sendable {
        let cells: [Cell]
        /// Whether it is what the page is about.
        var isCurrent = false
    }

    /// A cell: a text that may be a link, a badge or a time, and a smaller line below. Texts are shown through `ShownText`.
    struct Cell: Sendable {
        private var text: String?
        private var link: String?
        private var isKey = false
        private var badge: ShownBadge?
        private var time: [String: String]?
        private var note: (text: String, isKey: Bool)?
        private var isNil = false

        static func text(_ text: String, limit: Int = 120) -> Cell {
            Cell(text: ShownText.of(text, limit: limit))
        }

        /// - Parameter link: `nil` for a plain text.
        static func link(_ text: String, to link: String?, isKey: Bool = false, limit: Int = 120) -> Cell {
            Cell(text: ShownText.of(text, limit: limit), link: link, isKey: isKey)
        }

        static func key(_ text: String, limit: Int = 255) -> Cell {
            Cell(text: ShownText.of(text, limit: limit), isKey: true)
        }

        static func badge(_ badge: ShownBadge) -> Cell { Cell(badge: badge) }

        static func time(_ time: UnixTime, at now: UnixTime) -> Cell { Cell(time: ShownTime.context(time, at: now)) }

        /// A cell with nothing to say, which narrow screens leave out.
        static func none(_ word: String) -> Cell { Cell(text: word, isNil: true) }

        func noting(_ text: String?, isKey: Bool = false, limit: Int = 120) -> Cell {
            var cell = self
            cell.note = text.map { (ShownText.of($0, limit: limit), isKey) }
            return cell
        }

        fileprivate func context(_ label: String) -> [String: Any] {
            var context: [String: Any] = ["label": label, "is_nil": isNil]
            if let text {
                var part: [String: Any] = ["text": text]
                part["class"] = isNil ? "soft" : isKey ? "key" : nil
                part["link"] = link
                context[link == nil ? "plain" : "anchor"] = part
            }
            context["badge"] = badge?.context
            context["time"] = time
            if let note { context["note"] = ["text": note.text, "class": note.isKey ? "sub key" : "sub"] }
            return context
        }
    }

    let id: String
    let caption: String
    let columns: [String]
    var rows: [Row]

    var context: [String: Any] {
        [
            "id": id, "caption": caption, "columns": columns.map { ["label": $0] },
            "rows": rows.map { row in
                let cells = zip(row.cells, columns).map { $0.context($1) }
                return [
                    "head": cells.first ?? [:], "cells": Array(cells.dropFirst()), "is_current": row.isCurrent,
                ] as [String: Any]
            },
        ]
    }
}

/// A state: an icon, a word and, if it is out of the ordinary, a colour.
struct ShownBadge: Sendable {
    enum Kind: String, Sendable {
        case ok, warn, bad, info, off, wait
    }

    let kind: Kind
    let word: String
    /// Whether it is the normal case of a list, so that the others stand out.
    var isPlain = false

    var context: [String: Any] {
        let colour = kind == .off || kind == .wait ? "" : kind.rawValue
        return ["icon": kind.rawValue, "word": word, "class": isPlain || colour.isEmpty ? "\(colour) plain" : colour]
    }
}
