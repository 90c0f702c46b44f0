import CountersignJOSE

/// The fetches from a key server so far.
struct FetchCounts: Sendable, Equatable {
    /// All fetches.
    var fetches = 0
    /// The number of distinct URIs fetched.
    var uris = 0
    /// The most fetches of one URI.
    var mostOfOne = 0
    /// The most concurrent fetches.
    var mostAtOnce = 0

    init() {}

    /// Parses the output of `json`.
    init(parsing text: [UInt8]) throws {
        let object = try JSONObject(parsing: text)
        func count(_ name: String) throws -> Int {
            guard let value = object.number(name) else {
                throw LoadError.failed("the key server's counts lack \(name)")
            }
            return Int(value)
        }
        fetches = try count("fetches")
        uris = try count("uris")
        mostOfOne = try count("most_of_one")
        mostAtOnce = try count("most_at_once")
    }

    var json: JSONObject {
        [
            "fetches": Figures.json(fetches), "uris": Figures.json(uris), "most_of_one": Figures.json(mostOfOne),
            "most_at_once": Figures.json(mostAtOnce),
        ]
    }
}
