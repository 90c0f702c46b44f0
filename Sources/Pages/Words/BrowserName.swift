/// A browser's name from its `User-Agent` header, as far as it says it.
enum BrowserName {
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
        // Names are looked for where browsers write them, not in the megabytes that others may send.
        let text = String(agent.prefix(512))
        guard let browser = browsers.first(where: { text.contains($0.token) })?.name,
            browser != "Safari" || text.contains("Safari/")
        else {
            return agent.isEmpty ? translation["unknown_browser"] : ShownText.of(agent, limit: 60)
        }
        guard let system = systems.first(where: { text.contains($0.token) })?.name else { return browser }
        return translation.text("browser_on", ["browser": browser, "system": system])
    }
}
