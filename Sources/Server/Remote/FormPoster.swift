import Fetching

/// The outcome of posting a form.
package enum PostResult: Sendable, Equatable {
    /// The server answered with this status; a redirect was not followed.
    case answered(status: Int)
    /// There was no answer; `reason` is a phrase for the operator.
    case failed(reason: String)
}

/// A sender of forms to URLs of clients: a hostile or broken server costs a bounded time and nothing else.
package protocol FormPoster: Sendable {
    /// - Parameter form: `application/x-www-form-urlencoded`.
    func post(_ form: [UInt8], to url: String) async -> PostResult
}

extension DocumentFetcher: FormPoster {
    package func post(_ form: [UInt8], to url: String) async -> PostResult {
        do {
            let url = try RemoteURL(url, allowsHTTPOnLoopback: policy.allowsHTTPOnLoopback)
            return .answered(status: try await post(form, to: url))
        } catch let error as RemoteURLError {
            return .failed(reason: "the URL is refused: \(error.phrase)")
        } catch let error as FetchError {
            return .failed(reason: error.message(policy.settingNames))
        } catch {
            return .failed(reason: "the request was aborted")
        }
    }
}
