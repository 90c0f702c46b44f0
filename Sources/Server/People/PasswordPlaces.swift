import Synchronization

/// The limit on password checks that run or wait at once for one name, person or address, so that none of them takes all the places of
/// `PasswordHasher`.
///
/// A class because all requests share it.
final class PasswordPlaces: Sendable {
    enum Holder: Sendable, Hashable {
        /// The name as typed. A limit for the person would reveal which names belong together.
        case name(SignInLimits.AccountKey)
        /// The person, in known browsers. Attempts in other browsers cannot take these places.
        case person(UserID)
        /// Of attempts in other browsers. Many people may share an address.
        case source(SignInSource)

        fileprivate var maximum: Int {
            switch self {
            case .name, .person: 2
            case .source: 8
            }
        }
    }

    private let taken = Mutex<[Holder: Int]>([:])

    /// Runs a computation, unless one of its holders has all its places already.
    ///
    /// - Returns: `nil` if it was not run.
    func run<Value>(for holders: [Holder], _ body: () async -> Value) async -> Value? {
        let isAdmitted = taken.withLock { taken in
            guard holders.allSatisfy({ taken[$0, default: 0] < $0.maximum }) else { return false }
            for holder in holders { taken[holder, default: 0] += 1 }
            return true
        }
        guard isAdmitted else { return nil }
        let value = await body()
        taken.withLock { taken in
            for holder in holders {
                let rest = taken[holder, default: 1] - 1
                taken[holder] = rest > 0 ? rest : nil
            }
        }
        return value
    }

    /// The number of names, people and addresses with a place.
    var count: Int { taken.withLock(\.count) }
}

extension PasswordPlaces.Holder {
    /// - Parameter knownUser: the person, if they have signed in before in the browser.
    static func of(name: String, knownUser: UserID?, from address: String?) -> [Self] {
        if let knownUser { return [.person(knownUser)] }
        // The larger network of a site, and the private network of a reverse proxy, may be everybody's.
        let sources = SignInSource.of(address).filter { source in
            switch source {
            case .v4, .v6: true
            case .v6Site, .local, .unknown: false
            }
        }
        return [.name(.name(name))] + sources.map { .source($0) }
    }
}
