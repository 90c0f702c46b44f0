import Administration
import ArgumentParser

/// The options for a person's claims and groups. An option that is not given changes nothing; an empty value removes a claim.
struct UserOptions: ParsableArguments {
    @Option(help: "The full name, as people write it.")
    var fullName: String?

    @Option(help: "The given name.")
    var givenName: String?

    @Option(help: "The family name.")
    var familyName: String?

    @Option(help: "The e-mail address, which can be typed instead of the user name.")
    var email: String?

    @Flag(inversion: .prefixedNo, help: "Whether the e-mail address is known to be the person's own.")
    var emailVerified: Bool?

    @Option(help: "The telephone number, such as +49 30 123456.")
    var phoneNumber: String?

    @Option(help: "The language, such as en or de-CH.")
    var locale: String?

    @Option(
        help: ArgumentHelp(
            "Any other claim; may be given more than once. The members of address are address.locality and the like.",
            valueName: "name=value"),
        completion: .list(StandardClaim.names.map { $0 + "=" }), transform: Transform.userClaim)
    var claim: [(name: String, text: String)] = []

    @Option(help: "A group; may be given more than once, and replaces the groups that the person had.")
    var group: [String] = []

    func validate() throws {
        let names = claims.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("The claim '\(twice)' is given twice. Give it once.")
        }
    }

    var changes: UserChanges {
        var changes = UserChanges()
        changes.claims = claims
        if !group.isEmpty { changes.groups = group }
        return changes
    }

    private var claims: [(name: String, text: String)] {
        let named = [
            ("name", fullName), ("given_name", givenName), ("family_name", familyName), ("email", email),
            ("email_verified", emailVerified.map { String($0) }), ("phone_number", phoneNumber), ("locale", locale),
        ]
        return named.compactMap { name, text in text.map { (name, $0) } } + claim
    }
}

enum UserValidation {
    static func check(_ name: String) throws {
        guard UserRecord.isName(name) else {
            throw ValidationError(
                "A user name has 1 to 255 bytes, no control characters, and no space at its beginning or end.")
        }
    }
}
