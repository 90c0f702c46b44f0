/// A browser's name from its `User-Agent` header, as far as it says it.
package enum BrowserName {
    /// Browsers by the token that only they send; those that also send another browser's token come first.
    private static let browsers: [(token: String, name: String)] = [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Vivaldi/", "Vivaldi"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"),
        ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Version/", "Safari"), ("curl/", "curl"),
    ]

    private static let systems: [(token: String, name: String)] = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"), ("Linux", "Linux"),
    ]

    /// - Returns: `Firefox on Linux`, `Firefox`, or the header itself, shortened, if the browser is unknown.
    static func words(for agent: String, in translation: Translation) -> String {
        guard let (browser, system) = names(in: agent) else {
            return agent.isEmpty ? translation["unknown_browser"] : ShownText.of(agent, limit: 60)
        }
        return system.map { translation.text("browser_on", ["browser": browser, "system": $0]) } ?? browser
    }

    /// The same in English, for operators.
    package static func words(for agent: String) -> String {
        guard let (browser, system) = names(in: agent) else {
            return agent.isEmpty ? "Unknown browser" : ShownText.of(agent, limit: 60)
        }
        return system.map { "\(browser) on \($0)" } ?? browser
    }

    private static func names(in agent: String) -> (browser: String, system: String?)? {
        // Names are looked for where browsers write them, not in the megabytes that others may send.
        let text = String(agent.prefix(512))
        guard let browser = browsers.first(where: { text.contains($0.token) })?.name,
            browser != "Safari" || text.contains("Safari/")
        else { return nil }
        return (browser, systems.first { text.contains($0.token) }?.name)
    }
}
