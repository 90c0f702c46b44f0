import Administration

extension ServerKeyFailure: MessageError {
    var message: String {
        switch self {
        case .noKey(let kid): "There is no server key '\(kid)'. 'countersign server-key list' shows the keys."
        case .noKeys: "There are no server keys yet. The server makes them at its first start."
        case .unused(let algorithm):
            "The server has no key for \(algorithm.name). 'countersign server-key list' shows the algorithms."
        case .hasNext(let keyID, let algorithm, let begin):
            """
            There is already a next key for \(algorithm.name), \(keyID.text), which signs from \(begin.text). Wait until \
            then, or withdraw it with 'countersign server-key retire'.
            """
        }
    }
}
