import CountersignJOSE

/// Command line options: `--name value` pairs, `--json`, and a command after `--`.
struct Options {
    private var values: [String: String] = [:]
    private(set) var json = false
    private(set) var command: [String] = []

    private static let names: Set<String> = [
        "algorithm", "capacity", "client", "clients", "connections", "cool-down", "delay", "directory", "due", "expect",
        "issuer", "kind", "values",
        "key-server", "key-set", "log", "max-age", "name", "next-directory", "next-key-set", "note", "pid-file", "rate",
        "ready-path", "requests", "reuse-file", "seconds", "server", "server-pid", "sign-in-rate", "starts",
        "token-path", "warm-up",
    ]

    init(_ arguments: [String]) throws(LoadError) {
        var arguments = arguments[...]
        while let argument = arguments.popFirst() {
            if argument == "--" {
                command = Array(arguments)
                return
            }
            if argument == "--json" {
                json = true
                continue
            }
            let name = String(argument.drop { $0 == "-" })
            guard argument.hasPrefix("--"), Self.names.contains(name), let value = arguments.popFirst() else {
                throw .usage("'\(argument)' is not an option, or has no value")
            }
            values[name] = value
        }
    }

    subscript(_ name: String) -> String? { values[name] }

    func required(_ name: String) throws(LoadError) -> String {
        guard let value = values[name] else { throw .usage("--\(name) is missing") }
        return value
    }

    /// Returns a positive integer.
    func count(_ name: String, default standard: Int) throws(LoadError) -> Int {
        guard let text = values[name] else { return standard }
        guard let count = Int(text), count > 0 else { throw .usage("--\(name) takes a number above zero") }
        return count
    }

    func algorithm() throws(LoadError) -> SignatureAlgorithm {
        let name = try required("algorithm")
        guard let algorithm = SignatureAlgorithm(name: ExactString(name)) else {
            throw .usage("no signature algorithm is called '\(name)'")
        }
        return algorithm
    }

    func directory() throws(LoadError) -> String { try required("directory") }

    func server() throws(LoadError) -> ServerAddress {
        var server = try ServerAddress(try required("server"))
        if let path = values["token-path"] { server.tokenPath = path }
        return server
    }

    func keyServer() throws(LoadError) -> ServerAddress { try ServerAddress(try required("key-server")) }

    func serverProcess() throws(LoadError) -> ServerProcess? {
        guard let text = values["server-pid"] else { return nil }
        let identifiers = text.split(separator: ",").compactMap { Int32($0) }
        guard !identifiers.isEmpty, identifiers.allSatisfy({ $0 > 0 }) else {
            throw .usage("--server-pid takes process IDs with commas between them")
        }
        return ServerProcess(identifiers: identifiers)
    }
}
