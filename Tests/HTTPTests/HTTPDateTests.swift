import Countersign
import Testing

@testable import HTTP

@Suite("Date field")
struct HTTPDateTests {
    @Test(
        "has the format of RFC 9110 §5.6.7",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_800_000_000, "Fri, 15 Jan 2027 08:00:00 GMT"),
            (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ] as [(Int64, String)])
    func text(_ seconds: Int64, _ text: String) {
        #expect(HTTPDate.render(UnixTime(seconds: seconds)) == text)
    }

    @Test("is refreshed when the second changes, forward or back")
    func refresh() {
        var date = HTTPDate()
        for seconds: Int64 in [100, 101, 99] {
            date.refresh(at: UnixTime(seconds: seconds))
            #expect(date.text == Array(HTTPDate.render(UnixTime(seconds: seconds)).utf8))
        }
    }
}
