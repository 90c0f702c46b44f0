import Administration

extension ResourceFailure: MessageError {
    var message: String {
        switch self {
        case .noResource(let uri): "There is no resource '\(uri)'. 'countersign resource list' shows the resources."
        }
    }
}

extension ResourceRecord {
    var tokenText: String {
        "\(accessTokenFormat?.rawValue ?? "the client's format"), \(accessTokenLifetime?.text ?? "the client's lifetime")"
    }

    func print(json: Bool) {
        guard !json else { return JSONOutput.print(self.json) }
        Swift.print(
            Columns.text([
                ["Resource", uri], ["Name", name.isEmpty ? "-" : name],
                ["Scopes", scopes.isEmpty ? "none" : scopes.joined(separator: " ")], ["Access tokens", tokenText],
                ["Registered", createdAt.text],
            ]))
    }
}
