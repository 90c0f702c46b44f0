@_exported import Server

/// Changes of a person's claims and groups.
package struct UserChanges: Sendable {
    package var name: String?
    /// Values by claim, or by member of `address` as in `address.locality`; an empty text removes the claim.
    package var claims: [(name: String, text: String)] = []
    /// `nil` leaves the groups as they are.
    package var groups: [String]?

    package init() {}

    package var isEmpty: Bool { name == nil && claims.isEmpty && groups == nil }

    /// Applies the changes.
    ///
    /// A new e-mail address or telephone number is not verified, unless the changes say so.
    package func apply(to user: inout UserRecord) throws(UserClaimFault) {
        if let name { user.name = name }
        if let groups { user.groups = groups.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
        let before = user.claims
        for claim in claims { try set(claim.name, claim.text, in: &user.claims) }
        user.withdrawVerification(since: before, except: claims.map(\.name))
    }

    private func set(_ name: String, _ text: String, in claims: inout JSONObject) throws(UserClaimFault) {
        if name.hasPrefix("address.") { return try setAddress(String(name.dropFirst(8)), text, in: &claims) }
        let claim = try StandardClaim(name)
        if text.isEmpty { claims.remove(name) } else { claims.set(name, try claim.value(of: text)) }
    }

    private func setAddress(_ member: String, _ text: String, in claims: inout JSONObject) throws(UserClaimFault) {
        var address: JSONObject = if case .object(let address)? = claims["address"] { address } else { [:] }
        if text.isEmpty { address.remove(member) } else { address.set(member, .string(text)) }
        guard !address.members.isEmpty else { return claims.remove("address") }
        claims.set("address", try StandardClaim("address").checked(.object(address)))
    }
}
