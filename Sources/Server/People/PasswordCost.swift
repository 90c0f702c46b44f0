import CountersignJOSE

/// The cost of a scrypt computation (RFC 7914 §2).
package struct PasswordCost: Sendable, Hashable {
    /// The binary logarithm of N.
    package let logarithm: Int
    /// r.
    package let blockSize: Int
    /// p.
    package let parallelism: Int

    /// OWASP's recommendation: 128 MiB, and about a third of a second on one core.
    package static let standard = PasswordCost(uncheckedLogarithm: 17, blockSize: 8, parallelism: 1)

    /// - Returns: `nil` outside the limits, which bound a computation to 256 MiB and a few seconds: a stored hash is data, and must not
    ///   be able to exhaust the server.
    package init?(logarithm: Int, blockSize: Int = 8, parallelism: Int = 1) {
        guard (10...18).contains(logarithm), (1...16).contains(blockSize), (1...16).contains(parallelism) else {
            return nil
        }
        self.init(uncheckedLogarithm: logarithm, blockSize: blockSize, parallelism: parallelism)
        guard rounds * blockSize <= 1 << 21, work <= 1 << 22 else { return nil }
    }

    private init(uncheckedLogarithm: Int, blockSize: Int, parallelism: Int) {
        logarithm = uncheckedLogarithm
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// Returns the computations that cost, together with one of this cost, as much as one of a dearer cost with the same blocks:
    /// 2ᵇ − 2ᵃ = 2ᵃ + … + 2ᵇ⁻¹.
    func rest(to dearer: PasswordCost) -> [PasswordCost] {
        (logarithm..<max(logarithm, dearer.logarithm)).map {
            PasswordCost(uncheckedLogarithm: $0, blockSize: blockSize, parallelism: parallelism)
        }
    }

    /// N.
    var rounds: Int { 1 << logarithm }

    /// Proportional to the time of a computation.
    var work: Int { rounds * blockSize * parallelism }
}

/// A stored password hash: `$scrypt$ln=17,r=8,p=1$salt$hash`, in which salt and hash are base64url.
struct PasswordHash: Sendable, Equatable {
    let cost: PasswordCost
    let salt: [UInt8]
    let hash: [UInt8]

    static let saltLength = 16
    static let hashLength = 32

    init(cost: PasswordCost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// - Returns: `nil` for anything that `text` would not have produced, and for costs outside the limits.
    init?(parsing text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let parameters = parts[2].split(separator: ",", omittingEmptySubsequences: false)
        guard parameters.count == 3, let logarithm = Self.value("ln=", parameters[0]),
            let blockSize = Self.value("r=", parameters[1]), let parallelism = Self.value("p=", parameters[2]),
            let cost = PasswordCost(logarithm: logarithm, blockSize: blockSize, parallelism: parallelism),
            let salt = Base64URL.decode(String(parts[3])), salt.count == Self.saltLength,
            let hash = Base64URL.decode(String(parts[4])), hash.count == Self.hashLength
        else { return nil }
        self.init(cost: cost, salt: salt, hash: hash)
        guard self.text == text else { return nil }
    }

    private static func value(_ prefix: String, _ parameter: Substring) -> Int? {
        guard parameter.hasPrefix(prefix) else { return nil }
        return Int(parameter.dropFirst(prefix.count))
    }

    var text: String {
        "$scrypt$ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)"
            + "$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
    }
}
