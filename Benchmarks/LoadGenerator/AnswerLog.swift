import NIOCore

/// The bodies of all answers in order of arrival, to be checked after the measurement.
///
/// They are stored end to end in blocks of 1 MiB: one large array would be copied as it grows, in the middle of the run.
struct AnswerLog: Sendable {
    private static let blockSize = 1 << 20

    private var blocks: [[UInt8]] = []
    private var places: [Place] = []

    private struct Place {
        let request: Int
        let block: Int
        let range: Range<Int>
    }

    init(capacity: Int) {
        places.reserveCapacity(capacity)
    }

    var count: Int { places.count }

    mutating func append(_ body: ByteBuffer, request: Int) {
        let length = body.readableBytes
        if blocks.last.map({ $0.count + length > Self.blockSize }) ?? true {
            var block: [UInt8] = []
            block.reserveCapacity(max(Self.blockSize, length))
            blocks.append(block)
        }
        let last = blocks.count - 1
        let start = blocks[last].count
        blocks[last].append(contentsOf: body.readableBytesView)
        places.append(Place(request: request, block: last, range: start..<start + length))
    }

    /// The answer at a position in order of arrival, and the index of its request.
    subscript(_ position: Int) -> (request: Int, body: [UInt8]) {
        let place = places[position]
        return (place.request, Array(blocks[place.block][place.range]))
    }
}
