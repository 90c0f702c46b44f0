import TestSupport
import Testing

@testable import Server

@Suite("Fuzz: the form parser")
struct FormFuzzTests {
    @Test("No input crashes the parser, and parsed values are valid UTF-8")
    func fuzz() throws {
        var random = SeededRandom(seed: 6749)
        let seeds = ["grant_type=client_credentials&scope=a+b&x=%C3%A9", "a=%E9&b=%FF&&=", "client_id=%00%7F"]
        for round in 0..<SeededRandom.rounds(10_000) {
            let bytes = random.mutated(Array(seeds[round % seeds.count].utf8))
            for encoding in [FormEncoding.utf8, .ascii, .latin1] {
                guard let form = try? Form(parsing: bytes, encoding: encoding) else { continue }
                #expect(form.bytes("x").map { String(validating: $0, as: UTF8.self) != nil } ?? true)
            }
        }
    }
}
