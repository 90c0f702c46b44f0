/// The names by which an operator knows the settings that a message about a fetch refers to; the front gives its own.
package struct FetchSettingNames: Sendable {
    package var httpOnLoopback = "http on loopback"
    package var allowedNetworks = "allowed networks"
    package var allowedHosts = "allowed hosts"
    package var additionalTrustedCertificates = "additional trusted certificates"
    package var proxy = "proxy"
    package var proxyResolvesNames = "proxy resolves names"
    /// The place of all of them, to be written behind a name; for instance ` under [section]`.
    package var place = ""

    package init() {}
}
