// The failures of the key store and of the server's keys, and of new passwords, in a form that does not depend on the process.

extension KeyStoreFailure: NamedFailure {
    package var kind: FailureKind {
        switch self {
        case .noEntry: .noEntry
        case .noEntryInFile: .noEntryInFile
        case .keyWithoutCertificate: .keyWithoutCertificate
        case .severalKeys: .severalKeys
        }
    }

    package var detail: String {
        switch self {
        case .noEntry(let alias, let similar):
            "There is no entry '\(alias)' in the key store." + (similar.map { " There is '\($0)'." } ?? "")
        case .noEntryInFile(let alias, let file, let aliases):
            "\(file): there is no entry '\(alias)', but \(aliases.prefix(10).joined(separator: ", "))"
                + (aliases.count > 10 ? " and \(aliases.count - 10) more." : ".")
        case .keyWithoutCertificate(let file):
            "\(file): it has a key without a certificate, but the key store only keeps certificates."
        case .severalKeys(let file): "\(file): it contains more than one key. Send a file with one certificate."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noEntry(let alias, let similar): ["alias": .string(alias), "similar": .string(similar)]
        case .noEntryInFile(let alias, let file, let aliases):
            ["alias": .string(alias), "file": .string(file), "aliases": .array(aliases)]
        case .keyWithoutCertificate(let file), .severalKeys(let file): ["file": .string(file)]
        }
    }

    package init?(code: String, facts: JSONObject) {
        let (alias, file) = (facts.string("alias"), facts.string("file")?.text)
        switch (code, alias, file) {
        case (FailureKind.noEntry.code, let alias?, _): self = .noEntry(alias, similar: facts.string("similar"))
        case (FailureKind.noEntryInFile.code, let alias?, let file?):
            guard let aliases = facts.oneOrMany("aliases") else { return nil }
            self = .noEntryInFile(alias.text, file: file, aliases: aliases)
        case (FailureKind.keyWithoutCertificate.code, _, let file?): self = .keyWithoutCertificate(file: file)
        case (FailureKind.severalKeys.code, _, let file?): self = .severalKeys(file: file)
        default: return nil
        }
    }
}

extension ServerKeyFailure: NamedFailure {
    package var kind: FailureKind {
        switch self {
        case .noKey: .noServerKey
        case .noKeys: .noServerKeys
        case .unused: .unusedAlgorithm
        case .hasNext: .hasNextKey
        }
    }

    package var detail: String {
        switch self {
        case .noKey(let kid): "There is no server key '\(kid)'."
        case .noKeys: "There are no server keys yet. The server makes them at its first start."
        case .unused(let algorithm): "The server has no key for \(algorithm.name)."
        case .hasNext(let keyID, let algorithm, let begin):
            "There is already a next key for \(algorithm.name), \(keyID), which signs from \(begin.text). Wait until then, or "
                + "withdraw it."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noKey(let kid): ["kid": .string(kid)]
        case .noKeys: [:]
        case .unused(let algorithm): ["alg": .string(algorithm.name)]
        case .hasNext(let keyID, let algorithm, let begin):
            ["kid": .string(keyID), "alg": .string(algorithm.name), "signs_from": .string(begin.text)]
        }
    }

    package init?(code: String, facts: JSONObject) {
        let (kid, algorithm) = (facts.string("kid"), facts.string("alg").flatMap(SignatureAlgorithm.init(name:)))
        switch (code, kid, algorithm) {
        case (FailureKind.noServerKey.code, let kid?, _): self = .noKey(kid.text)
        case (FailureKind.noServerKeys.code, _, _): self = .noKeys
        case (FailureKind.unusedAlgorithm.code, _, let algorithm?): self = .unused(algorithm)
        case (FailureKind.hasNextKey.code, let kid?, let algorithm?):
            guard let begin = facts.string("signs_from").flatMap({ UnixTime(timestamp: $0.text) }) else { return nil }
            self = .hasNext(kid, algorithm, from: begin)
        default: return nil
        }
    }
}

extension PasswordFault: NamedFailure {
    package var kind: FailureKind { .passwordRefused }

    package var detail: String {
        switch self {
        case .tooShort(let minimum): "The password is too short: it needs at least \(minimum) characters."
        case .tooLong(let maximum): "The password is too long: it can have at most \(maximum) bytes."
        case .common: "The password is one of the first that are guessed. Choose another one."
        case .containsName: "The password is little more than a name that is easy to guess. Choose another one."
        }
    }

    package var facts: JSONObject {
        let fault = DocumentFault(JSONPointer.document.appending("password"), detail)
        let (reason, limit): (String, Int?) =
            switch self {
            case .tooShort(let minimum): ("too_short", minimum)
            case .tooLong(let maximum): ("too_long", maximum)
            case .common: ("common", nil)
            case .containsName: ("contains_name", nil)
            }
        return [
            "reason": .string(reason), "limit": limit.map { .number($0) }, "errors": .array([fault.json]),
        ]
    }

    package init?(code: String, facts: JSONObject) {
        guard code == FailureKind.passwordRefused.code, let reason = facts.string("reason")?.text else { return nil }
        var limit: Int?
        if case .number(let number)? = facts["limit"] { limit = number.integer.flatMap { Int(exactly: $0) } }
        switch (reason, limit) {
        case ("too_short", let limit?): self = .tooShort(minimum: limit)
        case ("too_long", let limit?): self = .tooLong(maximum: limit)
        case ("common", _): self = .common
        case ("contains_name", _): self = .containsName
        default: return nil
        }
    }
}
