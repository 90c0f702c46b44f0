import CountersignJOSE

/// How much of a name that somebody else chose is shown: eight keys and three hints fit into one line of the audit.
private let nameLimit = 64

extension SoughtKey {
    /// Each hint of the header; `kid` also where it is absent, because that is the one to send.
    var text: String {
        var parts = ["alg \(algorithm.name)", "kid " + (keyID.map(named) ?? "absent")]
        if let sent = certificateThumbprintSHA1 { parts.append("x5t \(named(sent))") }
        if let sent = certificateThumbprintSHA256 { parts.append("x5t#S256 \(named(sent))") }
        return parts.joined(separator: ", ")
    }
}

extension ExcludedKey {
    /// The key as the operator knows it, and what excluded it.
    var text: String {
        "\(type) " + (keyID.map(named) ?? "with thumbprint \(thumbprint)") + ": \(exclusion.text)"
    }
}

extension KeyExclusion {
    var text: String {
        switch self {
        case .type(let algorithm): "does not serve \(algorithm.name)"
        case .algorithm(let own): "restricted to \(own.name)"
        case .use(let use): "its use is \(named(use)), not 'sig'"
        case .operations: "its key_ops do not have 'verify'"
        case .other(let reason): shortened(reason, to: nameLimit)
        case .keyID: "another kid"
        case .certificate(let parameter, let registered):
            "another certificate, whose \(parameter.rawValue) is \(named(registered))"
        case .retired(let since): "retired since \(since.text)"
        case .revoked(let since): "revoked since \(since.text)"
        }
    }
}

private func named(_ name: ExactString) -> String { "'\(shortened(name.text, to: nameLimit))'" }
