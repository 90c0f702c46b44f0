import Testing

@testable import CLI

@Suite("The list of settings")
struct SettingsTests {
    @Test("contains every declared setting once, in order of declaration")
    func all() {
        #expect(Settings.all.count == Mirror(reflecting: Settings.known).children.count)
        #expect(Set(Settings.all.map(\.key)).count == Settings.all.count)
        #expect(Settings.all.first?.key == Settings.known.listen.key)
        #expect(Settings.all.last?.key == Settings.known.cacheCapacity.key)
    }

    @Test("Every default is a valid value of its setting")
    func defaults() {
        for entry in Settings.all where entry.defaultText.allSatisfy(\.isNumber) {
            let given = SourcedValue(value: .untyped(entry.defaultText), origin: .flag("test"))
            #expect(entry.problem(with: given) == nil, "\(entry.key)")
        }
    }
}
