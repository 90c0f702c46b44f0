import Countersign
import Testing

@testable import Fetching

@Suite("RFC 9111 §4.2: the freshness lifetime of a document")
struct FreshnessLifetimeTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var cacheControl: [String] = []
        var expires: [String] = []
        var date: [String] = []
        var age: [String] = []
        let seconds: Int?
        var testDescription: String { "\(cacheControl) \(expires) \(date) \(age)" }
    }

    /// 2026-11-24T10:00:00Z.
    static let received = UnixTime(seconds: 1_795_514_400)
    static let now = "Tue, 24 Nov 2026 10:00:00 GMT"
    static let later = "Tue, 24 Nov 2026 10:10:00 GMT"

    static let examples: [Example] = [
        // No lifetime.
        .init(seconds: nil), .init(cacheControl: [""], seconds: nil), .init(cacheControl: [",, ,"], seconds: nil),
        .init(cacheControl: ["public, must-revalidate"], seconds: nil), .init(age: ["30"], seconds: nil),
        .init(date: [now], seconds: nil), .init(cacheControl: ["s-maxage=600"], seconds: nil),
        .init(cacheControl: ["x-max-age=600"], seconds: nil),
        .init(cacheControl: ["extension=\"max-age=600\""], seconds: nil),
        // max-age.
        .init(cacheControl: ["max-age=600"], seconds: 600), .init(cacheControl: ["Max-Age=600"], seconds: 600),
        .init(cacheControl: [" public ,\tmax-age=600 , immutable"], seconds: 600),
        .init(cacheControl: ["public", "max-age=600"], seconds: 600),
        .init(cacheControl: ["max-age=\"600\""], seconds: 600),
        .init(cacheControl: ["max-age=600, s-maxage=5"], seconds: 600),
        .init(cacheControl: ["private=\"a, max-age=5\", max-age=600"], seconds: 600),
        .init(cacheControl: ["ext=\"a\\\", max-age=5\", max-age=600"], seconds: 600),
        .init(cacheControl: ["max-age=0"], seconds: 0), .init(cacheControl: ["max-age=0600"], seconds: 600),
        .init(cacheControl: ["max-age=600"], expires: ["0"], seconds: 600),
        // The first of two is used; an invalid one means stale.
        .init(cacheControl: ["max-age=60, max-age=600"], seconds: 60),
        .init(cacheControl: ["max-age=60", "max-age=600"], seconds: 60),
        .init(cacheControl: ["max-age"], seconds: 0), .init(cacheControl: ["max-age="], seconds: 0),
        .init(cacheControl: ["max-age=-1"], seconds: 0), .init(cacheControl: ["max-age=600s"], seconds: 0),
        .init(cacheControl: ["max-age=6e2"], seconds: 0), .init(cacheControl: ["max-age=\"600"], seconds: 600),
        .init(cacheControl: ["max-age=٦٠٠"], seconds: 0), .init(cacheControl: ["max-age=600.5"], seconds: 0),
        .init(cacheControl: ["max-age=abc"], expires: [later], date: [now], seconds: 0),
        // Overflow.
        .init(cacheControl: ["max-age=2147483648"], seconds: 2_147_483_648),
        .init(cacheControl: ["max-age=9223372036854775808"], seconds: 2_147_483_648),
        .init(cacheControl: ["max-age=" + String(repeating: "9", count: 500)], seconds: 2_147_483_648),
        // no-store and no-cache take precedence.
        .init(cacheControl: ["no-store"], seconds: 0), .init(cacheControl: ["no-cache"], seconds: 0),
        .init(cacheControl: ["NO-STORE, max-age=600"], seconds: 0),
        .init(cacheControl: ["max-age=600", "no-cache"], seconds: 0),
        .init(cacheControl: ["no-cache=\"Set-Cookie\", max-age=600"], seconds: 0),
        .init(cacheControl: ["ext=\"no-store\", max-age=600"], seconds: 600),
        .init(cacheControl: ["no-store"], expires: [later], date: [now], seconds: 0),
        // Expires minus Date, or minus the time of receipt.
        .init(expires: [later], date: [now], seconds: 600), .init(expires: [later], seconds: 600),
        .init(expires: [later], date: ["Tue, 24 Nov 2026 09:59:00 GMT"], seconds: 660),
        .init(expires: [later], date: ["yesterday"], seconds: 600), .init(expires: [now], date: [later], seconds: 0),
        .init(expires: ["0"], date: [now], seconds: 0), .init(expires: ["-1"], seconds: 0),
        .init(expires: [""], seconds: 0),
        .init(expires: [now, later], date: [now], seconds: 0),
        .init(cacheControl: ["public"], expires: [later], date: [now], seconds: 600),
        .init(expires: ["Tuesday, 24-Nov-26 10:10:00 GMT"], date: ["Tue Nov 24 10:00:00 2026"], seconds: 600),
        // Age is subtracted.
        .init(cacheControl: ["max-age=600"], age: ["100"], seconds: 500),
        .init(cacheControl: ["max-age=600"], age: ["600"], seconds: 0),
        .init(cacheControl: ["max-age=600"], age: ["9999"], seconds: 0),
        .init(cacheControl: ["max-age=600"], age: [String(repeating: "9", count: 50)], seconds: 0),
        .init(cacheControl: ["max-age=600"], age: ["-5"], seconds: 600),
        .init(cacheControl: ["max-age=600"], age: ["x"], seconds: 600),
        .init(cacheControl: ["max-age=600"], age: ["100, 200"], seconds: 500),
        .init(cacheControl: ["max-age=600"], age: ["100", "200"], seconds: 500),
        .init(expires: [later], date: [now], age: ["60"], seconds: 540),
    ]

    @Test("is the remaining lifetime stated by the server, or nil if none is stated", arguments: examples)
    func remaining(_ example: Example) {
        let fields = [
            "Cache-Control": example.cacheControl, "Expires": example.expires, "Date": example.date, "Age": example.age,
        ]
        let expected = example.seconds.map { Duration.seconds($0) }
        #expect(FreshnessLifetime.remaining(received: Self.received) { fields[$0] ?? [] } == expected)
    }
}

@Suite("RFC 9110 §5.6.7: HTTP dates")
struct HTTPDateTests {
    static let now = UnixTime(seconds: 1_795_514_400)

    @Test(
        "All three formats are parsed",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800), ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            // A two-digit year is at most 50 years ahead.
            ("Tuesday, 24-Nov-76 10:00:00 GMT", 3_373_437_600), ("Tuesday, 24-Nov-77 10:00:00 GMT", 249_213_600),
        ])
    func read(_ text: String, _ seconds: Int64) {
        #expect(HTTPDateReader.read(text, now: Self.now) == UnixTime(seconds: seconds))
    }

    @Test(
        "Anything else is not a date",
        arguments: [
            "", "0", "-1", "now", "2026-11-24T10:00:00Z", "Tue, 24 Nov 2026 10:00:00 UTC", "Tue, 24 Nov 2026 10:00:00",
            "Tue, 24 Nov 2026 24:00:00 GMT", "Tue, 24 Nov 2026 10:60:00 GMT", "Tue, 24 Nov 2026 10:00 GMT",
            "Tue, 32 Nov 2026 10:00:00 GMT", "Tue, 00 Nov 2026 10:00:00 GMT", "Tue, 24 Dez 2026 10:00:00 GMT",
            "Tue, 24 Nov 20266 10:00:00 GMT", "Tue, +4 Nov 2026 10:00:00 GMT", "Tue 24 Nov 2026 10:00:00 GMT",
            "Tuesday, 24-Nov-2026 10:00:00 GMT",
        ])
    func refused(_ text: String) {
        #expect(HTTPDateReader.read(text, now: Self.now) == nil)
    }
}
