import Countersign
import Testing

@Suite("RFC 7519 §2: NumericDate")
struct UnixTimeTests {
    @Test(
        "No number crashes the process",
        arguments: [1e300, -1e300, 9.3e15, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0])
    func extremes(_ seconds: Double) throws {
        let time = try #require(UnixTime(numericDate: seconds))
        #expect(time + .seconds(30) >= time)
        #expect(time - .seconds(30) <= time)
        #expect(!time.text.isEmpty)
    }

    @Test("Infinities and NaN are not times", arguments: [Double.infinity, -.infinity, .nan])
    func notFinite(_ seconds: Double) {
        #expect(UnixTime(numericDate: seconds) == nil)
    }

    @Test("Arithmetic saturates")
    func saturation() {
        #expect(UnixTime.distantFuture + .seconds(1) == .distantFuture)
        #expect(UnixTime.distantPast - .seconds(1) == .distantPast)
        #expect(UnixTime.distantFuture - UnixTime.distantPast == .milliseconds(Int64.max))
        #expect(UnixTime(seconds: .max) == .distantFuture)
        #expect(UnixTime(seconds: .min) == .distantPast)
        #expect(Duration.seconds(Int64.max).milliseconds == .max)
        #expect(Duration.seconds(Int64.min).milliseconds == .min)
    }

    @Test("A fraction of a second is kept, down to the millisecond")
    func fraction() {
        #expect(UnixTime(numericDate: 1.5) == UnixTime(milliseconds: 1500))
        #expect(UnixTime(numericDate: -0.5)?.seconds == -1)
    }

    @Test(
        "A duration is rounded to a readable unit",
        arguments: [
            (.zero, "0 s"), (.milliseconds(1499), "1 s"), (.milliseconds(1500), "2 s"), (.seconds(119), "119 s"),
            (.seconds(120), "2 min"), (.seconds(151), "3 min"), (.seconds(3600), "1 h"), (.seconds(7140), "119 min"),
            (.seconds(7199), "2 h"), (.seconds(86_399), "24 h"), (.seconds(86_430), "24 h"),
            (.seconds(172_800), "2 days"),
            (.seconds(-7199), "-2 h"), (.milliseconds(Int64.min), "-106751991167 days"),
        ] as [(Duration, String)])
    func duration(_ duration: Duration, _ text: String) {
        #expect(duration.text == text)
    }

    @Test(
        "RFC 3339: a time is displayed in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_800_000_000, "2027-01-15T08:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "253402300800 s since 1970"),
        ] as [(Int64, String)])
    func text(_ seconds: Int64, _ text: String) {
        #expect(UnixTime(seconds: seconds).text == text)
    }
}
