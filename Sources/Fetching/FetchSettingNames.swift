/// The names of settings in messages about fetches; each front end sets its own.
package struct FetchSettingNames: Sendable {
    package var httpOnLoopback = "http on loopback"
    package var allowedNetworks = "allowed networks"
    package var allowedHosts = "allowed hosts"
    package var additionalTrustedCertificates = "additional trusted certificates"
    package var proxy = "proxy"
    package var proxyResolvesNames = "proxy resolves names"
    /// The location of the settings, appended to a name: for instance ` under [section]`.
    package var place = ""

    package init() {}
}
