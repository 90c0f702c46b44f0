import Administration
import CountersignClient

/// Why a request to the admin API failed, if it is not a failure of an operation.
package enum AdminClientError: Error, Sendable, Equatable {
    /// The answer is not one of the admin API.
    case response(server: String, status: Int, detail: String)
    /// The server has no admin API.
    case noAdminAPI(server: String)
    /// The client may not do this: it has not the scope, or the person not the group.
    case notPermitted(ClientID, server: String, String)
    /// Others change the same thing all the time.
    case changedMeanwhile(server: String)
    /// Another problem (RFC 9457).
    case problem(server: String, status: Int, detail: String)

    /// What happened, and what to do.
    package var message: String {
        switch self {
        case .response(let server, let status, let detail):
            """
            \(server) answered \(status), but not as its admin API does: \(detail). Check that the URL is the issuer of a Countersign \
            server, and that nothing in between changes its answers.
            """
        case .noAdminAPI(let server):
            """
            \(server) has no admin API. It needs Countersign with [admin_api] enabled = true; or work at its data directory, \
            with --data.
            """
        case .notPermitted(let client, let server, let scope):
            """
            The client '\(client)' may not do this at \(server): it needs the scope \(scope). An administrator of the server gives it \
            with 'client edit': \(ShellCommand.edit(client, ["--scope", "admin.read admin.write"])), after the scopes that it \
            has already.
            """
        case .changedMeanwhile(let server):
            "Others change the same at \(server), each time before this change arrives. Nothing was changed; try again."
        case .problem(let server, let status, let detail): "\(server) answered \(status): \(detail)"
        }
    }
}

extension RemoteServer {
    /// Makes the failure that an operation on a store would have thrown, or else an error that names the server.
    func failure(_ answer: Connection.Response, _ method: String) -> any Error {
        guard !(300..<400).contains(answer.status) else {
            return AdminClientError.response(
                server: issuer, status: answer.status, detail: "a redirect is not followed")
        }
        guard let problem = try? JSONObject(document: answer.body), let code = problem.string("code")?.text,
            let detail = problem.string("detail")?.text
        else {
            // A server without the API answers with a page or an error of its own.
            guard answer.status != 404 else { return AdminClientError.noAdminAPI(server: issuer) }
            return AdminClientError.response(
                server: issuer, status: answer.status, detail: "the body is not a problem document")
        }
        if let failure = Self.failure(code, problem) { return failure }
        switch code {
        case "insufficient_scope", "not_permitted":
            return AdminClientError.notPermitted(
                clientID, server: issuer,
                problem.string("scope")?.text ?? (method == "GET" ? "admin.read" : "admin.write"))
        case "precondition_failed": return AdminClientError.changedMeanwhile(server: issuer)
        case "conflict" where detail.hasSuffix(Self.conflictEnd):
            return StoreError.conflict(String(detail.dropLast(Self.conflictEnd.count)))
        case "invalid_body":
            // What a store refuses has no place in the document.
            if let sentence = Self.storeFault(problem) { return StoreError.invalid(sentence) }
            fallthrough
        default:
            return AdminClientError.problem(
                server: issuer, status: answer.status, detail: Self.faults(problem) ?? detail)
        }
    }

    private static let conflictEnd = " already exists."

    /// Makes a failure of an operation from its code and facts.
    private static func failure(_ code: String, _ facts: JSONObject) -> (any Error)? {
        for type in failures {
            if let failure = type.init(code: code, facts: facts) { return failure }
        }
        return nil
    }

    /// The failures that the admin API answers with.
    private static let failures: [any NamedFailure.Type] = [
        ClientFailure.self, PeopleFailure.self, PasswordFault.self, ResourceFailure.self,
        RegistrationTokenFailure.self, RefusalFailure.self, KeyStoreFailure.self, ServerKeyFailure.self,
        ChangeFailure.self, CalendarAddressFailure.self,
    ]

    private static func storeFault(_ problem: JSONObject) -> String? {
        guard case .array(let errors)? = problem["errors"], errors.count == 1, case .object(let fault) = errors[0],
            fault.string("pointer") == "", let detail = fault.string("detail")?.text, detail.hasSuffix(".")
        else { return nil }
        return String(detail.dropLast())
    }

    /// What is wrong with the members of a body.
    private static func faults(_ problem: JSONObject) -> String? {
        guard case .array(let errors)? = problem["errors"], !errors.isEmpty else { return nil }
        let sentences = errors.prefix(5).compactMap { element -> String? in
            guard case .object(let fault) = element, let detail = fault.string("detail")?.text else { return nil }
            let place = fault.string("pointer")?.text ?? ""
            return place.isEmpty ? detail : "\(place.drop { $0 == "/" }): \(detail)"
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }
}
