import CountersignJOSE
import Testing

@Suite("Explicit curve parameters (SEC 1 §C.2) must all equal those of a supported curve")
struct ExplicitCurveTests {
    /// P-256 (FIPS 186-4 §D.1.2.3); each test changes one parameter.
    struct Parameters {
        var version: [UInt8] = [1]
        var fieldType = DERObjectIdentifier(1, 2, 840, 10045, 1, 1).encoding
        var prime = number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
        var a = number("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc")
        var b = number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")
        var generator =
            number(
                "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                    + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
        var order = number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        var cofactor: [UInt8]? = [1]
        var seed: [UInt8]?
        var more: [UInt8] = []

        var encoding: [UInt8] {
            DERWriter.element(
                .sequence, DERWriter.element(.integer, version),
                DERWriter.element(.sequence, fieldType, DERWriter.element(.integer, [0] + prime)),
                DERWriter.element(
                    .sequence, DERWriter.element(.octetString, a), DERWriter.element(.octetString, b),
                    seed.map(DERWriter.bitString) ?? []),
                DERWriter.element(.octetString, generator), DERWriter.element(.integer, [0] + order),
                cofactor.map { DERWriter.element(.integer, $0) } ?? [], more)
        }

        private static func number(_ digits: String) -> [UInt8] {
            let values = digits.compactMap(\.hexDigitValue).map(UInt8.init)
            return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
        }
    }

    private static func isAccepted(_ change: (inout Parameters) -> Void) throws -> Bool {
        var parameters = Parameters()
        change(&parameters)
        let key = try SigningKey.generate(.es256).verificationKey
        var fields = try #require(DERElement(key.spki, .sequence)).elements
        _ = fields.next()
        let point = Array(try #require(fields.next()?.bitStringBytes))
        let read = try? VerificationKey(spki: SPKI.make(SPKI.ecPublicKey, parameters.encoding, key: point))
        return read?.thumbprint == key.thumbprint
    }

    @Test(
        "Equivalent encodings are accepted: compressed generator, seed, no cofactor, coefficients without leading zeros"
    )
    func same() throws {
        #expect(try Self.isAccepted { _ in })
        #expect(try Self.isAccepted { $0.generator = [0x03] + $0.generator[1..<33] })
        #expect(try Self.isAccepted { $0.seed = [1, 2, 3] })
        #expect(try Self.isAccepted { $0.cofactor = nil })
        #expect(try Self.isAccepted { $0.a.insert(0, at: 0) })
    }

    @Test(
        "Parameters that differ in one thing are refused (CVE-2020-0601: the generator)",
        arguments: [
            { $0.version = [4] }, { $0.fieldType = DERObjectIdentifier(1, 2, 840, 10045, 1, 2).encoding },
            { $0.prime[31] -= 2 },
            { $0.a[31] -= 1 }, { $0.b[31] ^= 1 }, { $0.order[31] -= 2 }, { $0.cofactor = [2] }, { $0.cofactor = [0] },
            { $0.generator[64] ^= 1 }, { $0.generator[1] ^= 1 }, { $0.generator = [0x02] + $0.generator[1..<33] },
            { $0.generator[0] = 0x07 }, { $0.generator = [] }, { $0.more = SPKI.null },
        ] as [@Sendable (inout Parameters) -> Void])
    func different(_ change: @Sendable (inout Parameters) -> Void) throws {
        #expect(try !Self.isAccepted(change))
    }
}
