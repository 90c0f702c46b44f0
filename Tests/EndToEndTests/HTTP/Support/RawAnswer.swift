import Foundation

/// An HTTP/1.1 answer as received.
struct RawAnswer: Equatable {
    let status: Int
    /// The header fields, by lower-case name.
    let fields: [String: String]
    let body: String

    /// Parses all answers, and returns how many bytes are left after the last.
    static func all(in bytes: [UInt8], toHEAD: Bool = false) -> (answers: [RawAnswer], rest: Int) {
        var rest = bytes[...]
        var answers: [RawAnswer] = []
        while let (answer, length) = first(in: rest, toHEAD: toHEAD) {
            answers.append(answer)
            rest = rest.dropFirst(length)
        }
        return (answers, rest.count)
    }

    /// Parses the first answer; `nil` if it is incomplete. The server always sends Content-Length.
    static func first(in bytes: ArraySlice<UInt8>, toHEAD: Bool = false) -> (answer: RawAnswer, length: Int)? {
        guard let end = bytes.indices.dropLast(3).first(where: { bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) })
        else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            fields[sides[0].lowercased()] = sides.count > 1 ? String(sides[1].drop { $0 == " " }) : ""
        }
        let length = toHEAD ? 0 : fields["content-length"].flatMap { Int($0) } ?? 0
        let body = bytes[(end + 4)...].prefix(length)
        guard body.count == length, let status = lines.first.flatMap({ Int($0.dropFirst(9).prefix(3)) }) else {
            return nil
        }
        let answer = RawAnswer(status: status, fields: fields, body: String(decoding: body, as: UTF8.self))
        return (answer, end + 4 - bytes.startIndex + length)
    }
}
