import Administration
import Fetching

/// The proxy from the variables that curl and other programs use: `HTTPS_PROXY` and `NO_PROXY`, in upper or lower case.
struct ProxyEnvironment {
    /// `nil` if no variable names one.
    let proxy: FetchProxy?
    /// The entries of `NO_PROXY` that are not valid and have no effect.
    let unreadExceptions: [String]

    /// - Parameter environment: an empty variable counts as not set; lower case takes precedence, as with curl.
    /// - Throws: `ConfigurationError` if the proxy's URL is not valid, without quoting it.
    init(_ environment: [String: String]) throws(ConfigurationError) {
        func first(_ names: String...) -> (name: String, text: String)? {
            names.lazy.compactMap { name in environment[name].map { (name, $0) } }.first { !$0.1.isEmpty }
        }
        guard let (name, text) = first("https_proxy", "HTTPS_PROXY") else {
            (proxy, unreadExceptions) = (nil, [])
            return
        }
        var proxy: FetchProxy
        do throws(FetchProxyError) {
            proxy = try FetchProxy(text, requiresScheme: false)
        } catch {
            throw ConfigurationError(.environment(name), key: "", error.phrase, allowed: "http://HOST:PORT")
        }
        var unread: [String] = []
        for entry in (first("no_proxy", "NO_PROXY")?.text ?? "").split(whereSeparator: { $0 == "," || $0 == " " }) {
            if !proxy.exceptions.add(entry) { unread.append(String(entry)) }
        }
        (self.proxy, unreadExceptions) = (proxy, unread)
    }

    var warnings: [String] {
        guard proxy != nil else {
            return ["proxy is 'environment', but HTTPS_PROXY is not set: key servers are reached without a proxy."]
        }
        return unreadExceptions.map { entry in
            "NO_PROXY: '\(VisibleText.of(String(entry.prefix(80))))' is not a host, an address or a network, and has no effect."
        }
    }
}
