import Crypto
import CryptoExtras
import CountersignKeyFiles
import Foundation
import SwiftASN1
import Testing

@Suite("PKCS#12 (RFC 7292)")
struct PKCS12Tests {
    private typealias Writer = PKCS12Writer

    private static func certificate() throws -> [UInt8] { try Fixture.bytes("rsa.certificate.der") }
    private static func otherCertificate() throws -> [UInt8] { try Fixture.der("prime256v1.certificate.pem") }

    private func read(_ bytes: [UInt8], password: String? = nil) throws -> KeyStoreFile {
        try KeyStoreFile(bytes, name: "p12", password: password.map { Array($0.utf8) })
    }

    static let files = ["openssl3.p12", "openssl1.p12", "java17.p12", "java17-trusted.p12", "openssl3-bare.p12"]

    @Test("truncated anywhere is reported as damaged, never as a wrong password", arguments: files)
    func truncated(_ file: String) throws {
        let bytes = try KeyStoreFixture.bytes(file)
        for length in 1..<bytes.count {
            let reason = KeyStoreFixture.refusal(Array(bytes.prefix(length)))
            #expect(KeyStoreFixture.isDamage(reason) || (reason == .noKeyStore && length < 32))
        }
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(bytes + [0])))
    }

    @Test("with any byte changed is refused or yields the same entries", arguments: files)
    func changed(_ file: String) throws {
        let bytes = try KeyStoreFixture.bytes(file)
        let entries = KeyStoreFixture.summary(try KeyStoreFixture.read(file))
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1 << UInt8(position % 8)
            guard let store = try? read(changed, password: KeyStoreFixture.password) else { continue }
            #expect(KeyStoreFixture.summary(store) == entries)
        }
    }

    @Test("in BER, with indefinite lengths and segmented strings", arguments: ["openssl3.p12", "java8.p12"])
    func ber(_ file: String) throws {
        let ber = Bytes.withoutLengths(try DER.parse(try KeyStoreFixture.bytes(file)))
        #expect(KeyStoreFile.isKeyStore(ber))
        let store = try read(ber, password: KeyStoreFixture.password)
        #expect(KeyStoreFixture.summary(store) == KeyStoreFixture.summary(try KeyStoreFixture.read(file)))
    }

    @Test("with a PBMAC1 integrity check (RFC 9579)")
    func pbmac1() throws {
        let safe = try Writer.safe(Writer.certificate(try Self.certificate(), name: "one"))
        let salt: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        let authenticated = Bytes.sequence(safe)
        for (keyLength, isGood) in [(32, true), (64, true), (16, false), (65, false), (1_000_000, false)] {
            let key = try KDF.Insecure.PBKDF2.deriveKey(
                from: Array("changeit".utf8), salt: salt, using: .sha256, outputByteCount: min(keyLength, 64),
                unsafeUncheckedRounds: 3)
            let hmac = try Writer.algorithm(Writer.hmacSHA256)
            let derivation = try Writer.algorithm(
                Writer.pbkdf2,
                Bytes.sequence(
                    Bytes.octets(salt), Bytes.integer(3), Bytes.integer(UInt64(keyLength)), hmac))
            let mac = Writer.mac(
                try Writer.algorithm(Writer.pbmac1, Bytes.sequence(derivation, hmac)),
                code: Array(HMAC<SHA256>.authenticationCode(for: authenticated, using: key)), salt: [0x4E, 0x6F],
                iterations: Bytes.integer(1))
            let store = try Writer.store(safe, mac: mac)
            if isGood {
                #expect(try read(store, password: "changeit").entries.map(\.alias) == ["one"])
                #expect(KeyStoreFixture.refusal(store, password: "changeIt") == .wrongPassword(.keyStore(.pkcs12)))
            } else {
                #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(store)))
            }
        }
    }

    @Test("with excessive iteration counts is refused before any key derivation")
    func bombs() throws {
        let safe = try Writer.safe(Writer.certificate(try Self.certificate()))
        let bomb = KeyFileError.Reason.tooMuchWork(.keyStore(.pkcs12), limit: 5_000_000)
        let code = [UInt8](repeating: 0, count: 20)
        let sha1 = try Writer.algorithm(Writer.sha1)
        let honest = Writer.mac(sha1, code: code, iterations: Bytes.integer(1))
        let enormous = Bytes.element(0x02, [UInt8](repeating: 0x7F, count: 1000))
        for count in [Bytes.integer(5_000_001), Bytes.integer(0x7FFF_FFFF), Bytes.integer(.max), enormous] {
            // In the integrity check, and in old and new encryption schemes.
            let mac = Writer.mac(sha1, code: code, iterations: count)
            #expect(KeyStoreFixture.refusal(try Writer.store(safe, mac: mac)) == bomb)
            let old = try Writer.algorithm(Writer.tripleDES, Bytes.sequence(Bytes.octets([1]), count))
            #expect(
                KeyStoreFixture.refusal(try Writer.store(Writer.encryptedSafe(old, code), mac: honest)) == bomb)
            let new = try Self.pbes2(iterations: count)
            #expect(
                KeyStoreFixture.refusal(try Writer.store(Writer.encryptedSafe(new, code), mac: honest)) == bomb)
        }
        // Each is within the limit, but not their sum.
        let half = try Writer.encryptedSafe(Self.pbes2(iterations: Bytes.integer(1_000_000)), code)
        #expect(KeyStoreFixture.refusal(try Writer.store(half, half, half, half, half, mac: honest)) == bomb)
        // Three derivations: two blocks of the key and the initialization vector.
        let old = try Writer.algorithm(
            Writer.tripleDES, Bytes.sequence(Bytes.octets([1]), Bytes.integer(2_000_000)))
        #expect(KeyStoreFixture.refusal(try Writer.store(Writer.encryptedSafe(old, code), mac: honest)) == bomb)
        // Invalid integers.
        for count in [Bytes.integer(0), Bytes.element(0x02), Bytes.element(0x02, [0xFF]), Bytes.octets([1])] {
            let mac = Writer.mac(sha1, code: code, iterations: count)
            #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(try Writer.store(safe, mac: mac))))
        }
    }

    private static func pbes2(
        salt: [UInt8] = [1, 2, 3, 4], iterations: [UInt8] = Bytes.integer(1), keyLength: [UInt8] = [],
        prf: ASN1ObjectIdentifier = PKCS12Writer.hmacSHA256, derivation: ASN1ObjectIdentifier = PKCS12Writer.pbkdf2,
        cipher: ASN1ObjectIdentifier = PKCS12Writer.aes256, vector: Int = 16
    ) throws -> [UInt8] {
        let function = try Writer.algorithm(
            derivation,
            Bytes.sequence(Bytes.octets(salt), iterations, keyLength, try Writer.algorithm(prf)))
        let scheme = try Writer.algorithm(cipher, Bytes.octets([UInt8](repeating: 0, count: vector)))
        return try Writer.algorithm(Writer.pbes2, Bytes.sequence(function, scheme))
    }

    @Test("with invalid parameters is refused before the password is checked")
    func parameters() throws {
        let code = [UInt8](repeating: 0, count: 20)
        let honest = Writer.mac(try Writer.algorithm(Writer.sha1), code: code, iterations: Bytes.integer(1))
        let damaged = [
            try Self.pbes2(salt: []), try Self.pbes2(salt: [UInt8](repeating: 0, count: 1025)),
            try Self.pbes2(keyLength: Bytes.integer(16)), try Self.pbes2(keyLength: Bytes.integer(1 << 30)),
            try Self.pbes2(derivation: [1, 3, 6, 1, 4, 1, 11591, 4, 11]), try Self.pbes2(vector: 15),
            try Self.pbes2(vector: 0), try Writer.algorithm(Writer.pbes2),
            try Writer.algorithm(Writer.tripleDES), Bytes.sequence(), Bytes.octets([1]),
        ]
        for algorithm in damaged {
            let store = try Writer.store(Writer.encryptedSafe(algorithm, code), mac: honest)
            #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(store)))
        }
        // An unknown derivation, GOST's HMAC, RC4, MD5 with DES.
        let unsupported = [
            try Self.pbes2(derivation: [1, 3, 6, 1, 4, 1, 11591, 4, 12]),
            try Self.pbes2(prf: [1, 2, 643, 7, 1, 1, 4, 1]),
            try Self.pbes2(cipher: [1, 2, 840, 113549, 3, 4]),
            try Writer.algorithm([1, 2, 840, 113549, 1, 5, 3], Bytes.sequence(Bytes.octets([1]), Bytes.integer(1))),
        ]
        for algorithm in unsupported {
            let store = try Writer.store(Writer.encryptedSafe(algorithm, code), mac: honest)
            guard case .unsupportedPart(.keyStore(.pkcs12), let part)? = KeyStoreFixture.refusal(store) else {
                Issue.record("refused for another reason")
                continue
            }
            #expect(part.contains("1."))
        }
        // The integrity check: wrong lengths, no salt, an unknown digest.
        let safe = try Writer.safe(Writer.certificate(try Self.certificate()))
        let sha1 = try Writer.algorithm(Writer.sha1)
        for mac in [
            Writer.mac(sha1, code: [], iterations: []), Writer.mac(sha1, code: code + [0], iterations: []),
            Writer.mac(sha1, code: code, salt: [], iterations: []),
        ] { #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(try Writer.store(safe, mac: mac)))) }
        let md5 = Writer.mac(try Writer.algorithm([1, 2, 840, 113549, 2, 5]), code: code, iterations: [])
        guard case .unsupportedPart? = KeyStoreFixture.refusal(try Writer.store(safe, mac: md5)) else {
            Issue.record("MD5 was not refused")
            return
        }
    }

    @Test("without an integrity check is read only if nothing required is encrypted")
    func withoutMAC() throws {
        let safe = try Writer.safe(Writer.certificate(try Self.certificate(), name: "one"))
        #expect(try read(Writer.store(safe)).entries.map(\.alias) == ["one"])
        // A caller who gives a password relies on the check: removing it must not go unnoticed.
        #expect(KeyStoreFixture.refusal(try Writer.store(safe), password: "changeit") == .missingMAC(.pkcs12))
        let encrypted = try Writer.encryptedSafe(Self.pbes2(), [UInt8](repeating: 0, count: 16))
        #expect(KeyStoreFixture.refusal(try Writer.store(safe, encrypted)) == .encryptedWithoutMAC(.pkcs12))
        #expect(
            KeyStoreFixture.refusal(try Writer.store(safe, encrypted), password: nil) == .encryptedWithoutMAC(.pkcs12))
    }

    @Test("with a part under another password is reported as such")
    func otherPassword() throws {
        // The integrity check is valid, but the ciphertext does not decrypt.
        let safe = try Writer.encryptedSafe(Self.pbes2(), [UInt8](repeating: 0, count: 32))
        let authenticated = Bytes.sequence(safe)
        let salt: [UInt8] = [1, 2, 3, 4]
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: Array("changeit".utf8), salt: salt, using: .sha256, outputByteCount: 32, unsafeUncheckedRounds: 1)
        let hmac = try Writer.algorithm(Writer.hmacSHA256)
        let derivation = try Writer.algorithm(
            Writer.pbkdf2, Bytes.sequence(Bytes.octets(salt), Bytes.integer(1), Bytes.integer(32), hmac))
        let mac = Writer.mac(
            try Writer.algorithm(Writer.pbmac1, Bytes.sequence(derivation, hmac)),
            code: Array(HMAC<SHA256>.authenticationCode(for: authenticated, using: key)), iterations: [])
        let reason = KeyStoreFixture.refusal(try Writer.store(authenticated: authenticated, mac: mac))
        #expect(
            reason
                == .damaged(.keyStore(.pkcs12), detail: "its encrypted parts have another password than the store"))
    }

    @Test("is limited to 1000 entries, 64 parts, four levels, 64 KiB per certificate")
    func limits() throws {
        let certificate = try Writer.certificate(try Fixture.der("ed25519.certificate.pem"))
        let bags = [[UInt8]](repeating: certificate, count: 1000).flatMap { $0 }
        #expect(try read(Writer.store(Writer.safe(bags))).entries.count == 1000)
        for store in [try Writer.store(Writer.safe(bags), Writer.safe(certificate))] {
            #expect(KeyStoreFixture.refusal(store, password: nil) == .tooManyEntries(limit: 1000))
        }
        #expect(KeyStoreFixture.refusal(try Writer.store(Writer.safe(bags, certificate)), password: nil) != nil)

        let safe = try Writer.safe(certificate)
        let safes = [[UInt8]](repeating: safe, count: 64).flatMap { $0 }
        #expect(try read(Writer.store(safes)).entries.count == 64)
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(try Writer.store(safes, safe))))

        var nested = certificate
        for level in 1...60 {
            #expect(
                (KeyStoreFixture.refusal(try Writer.store(Writer.safe(nested)), password: nil) == nil) == (level <= 4))
            nested = try Writer.bag(Writer.nestedBags, Bytes.sequence(nested))
        }
        let large = try Writer.certificate([UInt8](repeating: 0x30, count: 65_537))
        #expect(KeyStoreFixture.isDamage(KeyStoreFixture.refusal(try Writer.store(Writer.safe(large)))))
    }

    @Test("with half a million elements is refused without using much memory")
    func manyElements() throws {
        let nulls = (0..<500_000).flatMap { _ in [0x05, 0x00] as [UInt8] }
        #expect(KeyStoreFixture.refusal(try Writer.store(Writer.safe(nulls)), password: nil) != nil)
        #expect(KeyStoreFixture.refusal(try Writer.store(nulls), password: nil) != nil)
        let open = [UInt8](repeating: 0x30, count: 20) + (0..<200_000).flatMap { _ in [0x30, 0x80] as [UInt8] }
        #expect(KeyStoreFixture.refusal(Array(try Writer.store().prefix(26)) + open, password: nil) != nil)
    }
}
