import Countersign

/// The assertions that a run needs.
struct AssertionPlan: Sendable {
    /// All assertions of a run expire together; the server allows at most an hour.
    static let lifetime = Duration.seconds(55 * 60)
    /// Reused assertions must outlive the run.
    static let leastRemaining = Duration.seconds(10 * 60)

    let keyPair: KeyPair
    let issuer: ExactString
    let clients: [ClientID]
    let count: Int
    /// One assertion in this many names the registered key; the others name unknown keys.
    private let registeredKeyEvery: Int

    /// - Parameter directory: the directory of the key pair, if it differs from the options'.
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

    /// Returns the client of the assertion with this index, in round-robin order.
    func client(_ index: Int) -> ClientID { clients[index % clients.count] }

    /// Returns whether the assertion with this index can be accepted.
    func namesRegisteredKey(_ index: Int) -> Bool { index.isMultiple(of: registeredKeyEvery) }

    /// Returns the `kid` of the assertion with this index.
    func keyID(_ index: Int) -> ExactString {
        namesRegisteredKey(index) ? keyPair.keyID : AssertionTemplate.randomJWTID()
    }

    /// The properties that assertions in a file must share with the plan.
    var fingerprint: String {
        "\(keyPair.algorithm.name) \(keyPair.keyID.text) \(issuer.text) \(clients[0].text) \(clients.count)"
            + (registeredKeyEvery == 1 ? "" : " \(registeredKeyEvery)")
    }
}
