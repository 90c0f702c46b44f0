import Countersign

/// Which assertions a run needs.
struct AssertionPlan: Sendable {
    /// All assertions of a run expire together; an hour is what the server allows at most.
    static let lifetime = Duration.seconds(55 * 60)
    /// Assertions that are kept must outlive the run they are used in.
    static let leastRemaining = Duration.seconds(10 * 60)

    let keyPair: KeyPair
    let issuer: ExactString
    let clients: [ClientID]
    let count: Int
    /// One of so many assertions names the registered key; the others name keys that nobody knows.
    private let registeredKeyEvery: Int

    /// - Parameter directory: of the key pair, where it is not that of the options.
    init(
        _ options: Options, count: Int? = nil, directory: String? = nil, registeredKeyEvery: Int = 1
    ) throws {
        keyPair = try KeyPair.read(try options.algorithm(), from: try directory ?? options.directory())
        self.registeredKeyEvery = registeredKeyEvery
        issuer = ExactString(try options.required("issuer"))
        let name = options["client"] ?? "bench"
        let clientCount = try options.count("clients", default: 1)
        clients = clientCount == 1 ? [ClientID(name)] : (1...clientCount).map { ClientID("\(name)-\($0)") }
        self.count = try count ?? options.count("requests", default: 1)
    }

    /// The client of the assertion with this index: they take turns.
    func client(_ index: Int) -> ClientID { clients[index % clients.count] }

    /// Whether the assertion with this index can be accepted.
    func namesRegisteredKey(_ index: Int) -> Bool { index.isMultiple(of: registeredKeyEvery) }

    /// The `kid` of the assertion with this index.
    func keyID(_ index: Int) -> ExactString {
        namesRegisteredKey(index) ? keyPair.keyID : AssertionTemplate.randomJWTID()
    }

    /// What assertions in a file must have in common with those wanted.
    var fingerprint: String {
        "\(keyPair.algorithm.name) \(keyPair.keyID.text) \(issuer.text) \(clients[0].text) \(clients.count)"
            + (registeredKeyEvery == 1 ? "" : " \(registeredKeyEvery)")
    }
}
