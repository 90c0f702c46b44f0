import Mustache

/// Checks of templates that Mustache itself does not make.
enum TemplateCheck {
    /// - Throws: for a tag that does not escape, an unknown partial, and a partial that contains itself, which could never be rendered.
    static func check(_ templates: [String: PageFiles.Template]) throws(ThemeError) {
        var partials: [String: Set<String>] = [:]
        for (name, template) in templates {
            partials[name] = try names(ofPartialsIn: template, known: templates.keys.sorted())
        }
        for (name, template) in templates where reachable(from: name, partials).contains(name) {
            throw ThemeError(
                template.path, "contains itself, directly or through another", remedy: "Remove the partial.")
        }
    }

    private static func names(
        ofPartialsIn template: PageFiles.Template, known: [String]
    ) throws(ThemeError) -> Set<String> {
        var names: Set<String> = []
        for (index, line) in template.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for tag in line.split(separator: "{{", omittingEmptySubsequences: false).dropFirst() {
                switch tag.first {
                case "{", "&", "=", "%":
                    throw ThemeError(
                        template.path, line: index + 1, "has the tag {{\(tag.prefix(1)), which would not be escaped",
                        remedy: "Write {{name}}.")
                case ">", "<":
                    let name = tag.dropFirst().drop { $0 == " " }.prefix { $0 != "}" && $0 != " " }
                    guard known.contains(String(name)) else {
                        throw ThemeError(
                            template.path, line: index + 1,
                            "has the partial '\(name.prefix(40))', which does not exist",
                            remedy: "Choose one of \(known.joined(separator: ", ")).")
                    }
                    names.insert(String(name))
                default: break
                }
            }
        }
        return names
    }

    private static func reachable(from name: String, _ partials: [String: Set<String>]) -> Set<String> {
        var reached: Set<String> = []
        var next = partials[name] ?? []
        while let partial = next.popFirst() {
            guard reached.insert(partial).inserted else { continue }
            next.formUnion(partials[partial] ?? [])
        }
        return reached
    }

    static func words(_ error: any Error) -> String {
        switch error as? MustacheTemplate.Error {
        case .sectionCloseNameIncorrect: "the section that ends here is not the one that is open"
        case .unfinishedName: "a tag is not finished or has a character that names cannot have"
        case .expectedSectionEnd: "a section is not closed"
        case .textInsideInheritSection, .illegalTokenInsideInheritSection:
            "only blocks {{$name}} may stand between {{<layout}} and {{/layout}}"
        case .invalidSetDelimiter, .transformAppliedToInheritanceSection, .invalidConfigVariableSyntax,
            .unrecognisedConfigVariable, nil:
            "\(error)"
        }
    }
}
