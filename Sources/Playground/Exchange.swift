import CountersignClient

/// A request that was sent, with its answer.
struct Exchange: Sendable {
    /// What was tried, such as *Call UserInfo*.
    let title: String
    /// What should happen, and why.
    let lesson: String
    let request: SentRequest
    let outcome: Outcome
    let at: UnixTime
    /// Why the server refused it, if its store is on this machine.
    var explanation: RefusalExplanation?

    enum Outcome: Sendable {
        case answered(Answer)
        /// No answer, or none that can be shown; a sentence.
        case failed(String)
    }

    var answer: Answer? { if case .answered(let answer) = outcome { answer } else { nil } }
}

/// An answer of the server.
struct Answer: Sendable {
    /// Longer bodies are cut off: an authorization server has no reason to send them.
    static let maximumLength = 32_768

    let status: Int
    /// The fields that mean something to the client.
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// The body, if it is a JSON object.
    let object: JSONObject?

    init(_ response: Connection.Response) {
        status = response.status
        let shown: Set<String> = ["content-type", "cache-control", "www-authenticate", "location"]
        headers = response.headers.filter { shown.contains($0.name.lowercased()) }
        body = Array(response.body.prefix(Self.maximumLength))
        object = try? JSONObject(parsing: body)
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    func text(_ name: String) -> String? { object?.string(name)?.text }

    /// The answer as it arrived, JSON indented.
    ///
    /// - Parameter isMasked: whether secrets are cut off.
    func text(isMasked: Bool) -> String {
        let head = (["HTTP/1.1 \(status)"] + headers.map { "\($0.name): \($0.value)" }).joined(separator: "\n")
        guard !body.isEmpty else { return head }
        return head + "\n\n" + shownBody(isMasked: isMasked)
    }

    /// Whether a part of the body is not shown when it is masked.
    var hasSecrets: Bool { object?.members.contains { Secret.names.contains($0.name.text) } ?? false }

    private func shownBody(isMasked: Bool) -> String {
        guard let object else {
            let text = String(decoding: body, as: UTF8.self)
            return isMasked ? Secret.masked(text) : text
        }
        guard isMasked else { return JSONValue.object(object).renderIndented() }
        let members = object.members.map { member -> (String, JSONValue) in
            guard Secret.names.contains(member.name.text), case .string(let value) = member.value else {
                return (member.name.text, member.value)
            }
            return (member.name.text, .string(Secret.masked(value.text)))
        }
        return JSONValue.object(JSONObject(members)).renderIndented()
    }
}

/// What the server recorded about a refusal.
package struct RefusalExplanation: Sendable {
    let trace: Trace
    /// What the operator can do, in sentences; for the first rule that failed.
    let operatorRemedy: String?

    package init(trace: Trace, operatorRemedy: String?) {
        self.trace = trace
        self.operatorRemedy = operatorRemedy
    }
}
