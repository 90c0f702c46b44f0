@_exported import Server

/// The groups of people who may administer the server, through the console and the admin API.
package enum AdminGroup: String, Sendable, CaseIterable {
    /// Looking at everything and changing it.
    case admin
    /// Looking at everything.
    case viewer
}

extension UserRecord {
    /// Those of the person's groups that let them administer the server. Names of groups are compared byte by byte.
    package var adminGroups: Set<AdminGroup> {
        let names = Set(groups.map { ExactString($0) })
        return Set(AdminGroup.allCases.filter { names.contains(ExactString($0.rawValue)) })
    }
}

extension ClientRegistration {
    /// The scopes with which the client may administer the server; none if it gets no tokens for the admin API.
    package var adminScopes: [String] {
        guard dynamic == nil, client.authenticationMethod == .privateKeyJWT else { return [] }
        return client.scopes.filter(AdminScope.isReserved)
    }
}

extension StoredRecords {
    /// Returns whether the group `admin` has a member, also if it is a disabled one.
    package func hasAdministrator() throws -> Bool { try hasMember(of: AdminGroup.admin.rawValue) }
}
