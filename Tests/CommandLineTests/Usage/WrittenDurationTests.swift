import ArgumentParser
import Testing

@testable import Administration
@testable import CLI

@Suite("Durations as people write them")
struct WrittenDurationTests {
    @Test(
        "A setting accepts a plain number in its own unit, and any unit by its letter",
        arguments: [
            (TOMLValue.integer(300), "300"), (.text("300"), "300"), (.word("300m"), "300"), (.text("5h"), "300"),
            (.text("18000s"), "300"), (.text("90s"), "90s"), (.text("7d"), "10080"), (.integer(0), "0"),
        ])
    func setting(_ value: TOMLValue, _ text: String) {
        let given = GivenValue(value: value, origin: .flag("--x"))
        #expect(Settings.known.maximumAge.text(of: given) == text)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            TOMLValue.integer(-1), .text("-5m"), .text("5 m"), .text("5w"), .text("m"), .text(""), .text("1.5h"),
            .text("366d"), .text("99999999999999999999d"), .boolean(true), .texts(["5m"]), .text("+5"), .text("٣m"),
        ])
    func refused(_ value: TOMLValue) {
        let given = GivenValue(value: value, origin: .flag("--x"))
        #expect(Settings.known.maximumAge.problem(with: given) != nil)
    }

    @Test("Options accept the same", arguments: [("60", 60), ("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604_800)])
    func option(_ text: String, _ seconds: Int) throws {
        #expect(try LifetimeArgument.read(text).value == .seconds(seconds))
        #expect(try AssertionLifetime.read(text) == .seconds(seconds))
    }

    @Test("An assertion lifetime may be negative, a token lifetime may not")
    func negative() throws {
        #expect(try AssertionLifetime.read("-60") == .seconds(-60))
        #expect(throws: ValidationError.self) { try LifetimeArgument.read("-60") }
        #expect(throws: ValidationError.self) { try LifetimeArgument.read("366d") }
    }
}
