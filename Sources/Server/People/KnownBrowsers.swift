import Crypto

/// The browsers in which a person has signed in before, recognised by a cookie (a *device cookie*).
///
/// The cookie holds an entry for each of the last few people: a number of the browser with an HMAC that covers the person, so that it
/// neither says who they are nor is valid for somebody else. It is not a credential: it only gives a separate limit on wrong passwords.
struct KnownBrowsers: Sendable {
    static let maximumPeople = 8
    /// Sealing keys are kept for longer.
    static let lifetime: Duration = .seconds(180 * 86_400)
    private static let numberLength = 8
    private static let codeLength = 16
    private static let entryLength = 4 + numberLength + codeLength

    private let issuer: String
    private let cookie: ServerCookie
    private let keys: SealingKeys

    init(_ urls: ServerURLs, keys: SealingKeys) {
        issuer = urls.issuer
        cookie = ServerCookie("countersign-browser", of: urls)
        self.keys = keys
    }

    /// Returns the number of the browser, if this person has signed in in it.
    ///
    /// - Parameter user: `nil` for an unknown name; the work is the same.
    func number(for user: UserID?, in request: EndpointRequest) -> UInt64? {
        entries(in: request).reduce(nil) { found, entry in
            let number = number(in: entry, for: user)
            return found ?? number
        }
    }

    /// Returns the header field `Set-Cookie` after a person has signed in.
    func remember(_ user: UserID, in request: EndpointRequest) -> [String] {
        guard let key = keys.newest else { return [] }
        let entries = entries(in: request)
        let number = entries.compactMap { self.number(in: $0, for: user) }.first
        var entry: [UInt8] = []
        entry.append(bigEndian: key.number)
        entry.append(
            contentsOf: number.map { number in withUnsafeBytes(of: number.bigEndian) { Array($0) } }
                ?? RandomBytes.make(Self.numberLength))
        entry += code(entry, user, key)
        let others = entries.filter { self.number(in: $0, for: user) == nil }
        let value = ([entry] + others.prefix(Self.maximumPeople - 1)).map(Base64URL.encode).joined(separator: ".")
        return [cookie.setting(value, lifetime: Self.lifetime)]
    }

    private func entries(in request: EndpointRequest) -> [[UInt8]] {
        guard let value = Cookies(request)[cookie.name] else { return [] }
        return value.split(separator: ".", maxSplits: Self.maximumPeople).prefix(Self.maximumPeople)
            .compactMap { Base64URL.decode(String($0)) }.filter { $0.count == Self.entryLength }
    }

    private func number(in entry: [UInt8], for user: UserID?) -> UInt64? {
        guard let key = keys[entry.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }] else { return nil }
        let signed = Array(entry.dropLast(Self.codeLength))
        let expected = code(signed, user ?? UserID(""), key)
        // In constant time, as the comparison of an HMAC should be.
        let difference = zip(expected, entry.suffix(Self.codeLength)).reduce(0) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0, user != nil else { return nil }
        return signed.dropFirst(4).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func code(_ signed: [UInt8], _ user: UserID, _ key: SealingKeys.Key) -> [UInt8] {
        let derived = key.derived(for: SealingKeys.context(["countersign/known-browser", "1", issuer, user.text]))
        return Array(HMAC<SHA256>.authenticationCode(for: signed, using: derived).prefix(Self.codeLength))
    }
}
