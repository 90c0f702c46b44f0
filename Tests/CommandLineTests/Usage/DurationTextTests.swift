import ArgumentParser
import Testing

@testable import Administration
@testable import CLI

@Suite("Durations as people write them")
struct DurationTextTests {
    @Test(
        "A setting accepts a plain number in its own unit, and any unit by its letter",
        arguments: [
            (TOMLValue.integer(300), "300"), (.string("300"), "300"), (.untyped("300m"), "300"), (.string("5h"), "300"),
            (.string("18000s"), "300"), (.string("90s"), "90s"), (.string("7d"), "10080"), (.integer(0), "0"),
        ])
    func setting(_ value: TOMLValue, _ text: String) {
        let given = SourcedValue(value: value, origin: .flag("--x"))
        #expect(Settings.known.maximumAge.text(of: given) == text)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            TOMLValue.integer(-1), .string("-5m"), .string("5 m"), .string("5w"), .string("m"), .string(""),
            .string("1.5h"),
            .string("366d"), .string("99999999999999999999d"), .boolean(true), .strings(["5m"]), .string("+5"),
            .string("٣m"),
        ])
    func refused(_ value: TOMLValue) {
        let given = SourcedValue(value: value, origin: .flag("--x"))
        #expect(Settings.known.maximumAge.problem(with: given) != nil)
    }

    @Test("Options accept the same", arguments: [("60", 60), ("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604_800)])
    func option(_ text: String, _ seconds: Int) throws {
        #expect(try Transform.tokenLifetime(text).value == .seconds(seconds))
        #expect(try Transform.assertionLifetime(text) == .seconds(seconds))
    }

    @Test("An assertion lifetime may be negative, a token lifetime may not")
    func negative() throws {
        #expect(try Transform.assertionLifetime("-60") == .seconds(-60))
        #expect(throws: ValidationError.self) { try Transform.tokenLifetime("-60") }
        #expect(throws: ValidationError.self) { try Transform.tokenLifetime("366d") }
    }
}
