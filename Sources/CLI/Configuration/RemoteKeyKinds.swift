import Administration
import Fetching

/// `[remote_keys] proxy`.
enum ProxyChoice: Sendable, Equatable {
    /// The proxy from the variables `HTTPS_PROXY` and `NO_PROXY`.
    case environment
    case server(FetchProxy)

    /// - Returns: `nil` for a value that is not a string.
    fileprivate static func read(_ value: TOMLValue) throws(FetchProxyError) -> ProxyChoice? {
        guard let text = value.stringValue else { return nil }
        return text.lowercased() == "environment" ? .environment : .server(try FetchProxy(text))
    }
}

extension SettingKind<ProxyChoice> {
    /// The URL of a proxy, or `environment`. No message quotes it, because it may contain a password.
    static var proxy: Self {
        Self(
            allowed: "http://HOST:PORT, http://USER:PASSWORD@HOST:PORT, environment",
            parse: { value in (try? ProxyChoice.read(value)) ?? nil },
            format: { choice in
                switch choice {
                case .environment: "environment"
                case .server(let proxy): "http://\(proxy.name)"
                }
            },
            diagnose: { value in
                do throws(FetchProxyError) {
                    return try ProxyChoice.read(value) == nil ? ["is not a string"] : []
                } catch {
                    return [error.phrase]
                }
            })
    }
}

extension SettingKind<[String]> {
    /// A list of strings, each of which must pass a check.
    ///
    /// - Parameter fault: returns the fault of a string, as a phrase that follows it; `nil` if it is valid.
    static func checked(_ allowed: String, _ fault: @escaping @Sendable (String) -> String?) -> Self {
        Self(
            allowed: allowed,
            parse: { value in
                texts.parse(value).flatMap { texts in texts.allSatisfy { fault($0) == nil } ? texts : nil }
            }, format: texts.format,
            diagnose: { value in
                let entries: [String]
                if case .strings(let texts) = value { entries = texts } else { entries = texts.parse(value) ?? [] }
                let found = entries.lazy.compactMap { text in
                    text.isEmpty
                        ? "an entry is empty" : fault(text).map { "'\(VisibleText.of(String(text.prefix(80))))' \($0)" }
                }
                let reported = Array(found.prefix(maximumReported + 1))
                return reported.count > maximumReported
                    ? reported.dropLast() + ["more entries are not allowed"] : reported
            })
    }

    private static var maximumReported: Int { 10 }

    /// Private networks in CIDR notation.
    static var networks: Self {
        checked("a list of private networks, such as [\"10.20.0.0/16\", \"fd00::/8\"]") { text in
            do throws(IPNetworkError) {
                let network = try IPNetwork(text)
                do throws(PrivateNetworkError) {
                    var destinations = PrivateDestinations()
                    try destinations.allow(network)
                    return nil
                } catch {
                    return error.phrase(.configuration)
                }
            } catch {
                return error.phrase
            }
        }
    }

    /// Host names, and wildcards such as `*.example.com`.
    static var hostPatterns: Self {
        checked("a list of hosts, such as [\"keys.internal\", \"*.svc.cluster.local\"]") { text in
            do throws(HostPatternError) {
                _ = try HostPattern(text)
                return nil
            } catch {
                return error.phrase(.configuration)
            }
        }
    }

    /// The hosts of clients that are URLs: names, wildcards such as `*.example.com`, and addresses in URL form.
    static var clientHosts: Self {
        checked("a list of hosts, such as [\"agents.example.com\", \"*.example.com\"]") { text in
            if text.hasPrefix("*."), (try? HostPattern(text)) != nil { return nil }
            let url = (try? RemoteURL("https://\(text)/")) ?? (try? RemoteURL(text, allowsHTTPOnLoopback: true))
            guard let url else {
                return "is not a host such as agents.example.com, nor *.example.com for every host below a name"
            }
            return url.host == text.lowercased() ? nil : "is not a host alone; write \(url.host)"
        }
    }

    /// The entries of `NO_PROXY`.
    static var proxyExceptions: Self {
        checked("a list of hosts, addresses and networks, such as [\".internal\", \"10.20.0.0/16\"]") { text in
            var exceptions = ProxyExceptions()
            return exceptions.add(text) ? nil : "is not a host, an address or a network"
        }
    }
}
