import SwiftASN1

/// The elements of a structure, read one after the other.
///
/// PKCS#12 is BER (RFC 7292 §4): Windows and browsers write indefinite lengths and segmented strings. SwiftASN1 parses them; this type
/// adds the elements of PKCS#12 structures, with one reason for all that are malformed.
struct BERFields {
    private var nodes: ArraySlice<ASN1Node>

    init(_ nodes: [ASN1Node]) {
        self.nodes = nodes[...]
    }

    var isAtEnd: Bool { nodes.isEmpty }

    func isNext(_ identifier: ASN1Identifier) -> Bool {
        nodes.first?.identifier == identifier
    }

    mutating func next() throws(KeyFileError.Reason) -> ASN1Node {
        guard let node = nodes.popFirst() else { throw .notWellFormed }
        return node
    }
}

/// An algorithm and its parameters (RFC 5280 §4.1.1.2).
struct AlgorithmIdentifier {
    let identifier: ASN1ObjectIdentifier
    let parameters: ASN1Node?

    init(_ node: ASN1Node) throws(KeyFileError.Reason) {
        var fields = try node.fields(atMost: 2)
        identifier = try fields.next().objectIdentifier()
        parameters = fields.isAtEnd ? nil : try fields.next()
    }

    func fields(atMost count: Int) throws(KeyFileError.Reason) -> BERFields {
        guard let parameters else { throw .notWellFormed }
        return try parameters.fields(atMost: count)
    }
}

extension KeyFileError.Reason {
    static let notWellFormed = damagedPKCS12("it is cut short or altered")
    static let tooManyRounds = tooMuchWork(.keyStore(.pkcs12), limit: PKCS12.maximumRounds)

    static func damagedPKCS12(_ detail: String) -> KeyFileError.Reason { .damaged(.keyStore(.pkcs12), detail: detail) }
    static func unsupportedPKCS12(_ part: String) -> KeyFileError.Reason { .unsupportedPart(.keyStore(.pkcs12), part) }
}

extension ASN1Node {
    static func parsing(_ bytes: [UInt8]) throws(KeyFileError.Reason) -> ASN1Node {
        do {
            return try BER.parse(bytes)
        } catch {
            throw .notWellFormed
        }
    }

    /// The elements of a SEQUENCE, or of a SET.
    ///
    /// - Parameter excess: why more elements are refused.
    func fields(
        of identifier: ASN1Identifier = .sequence, atMost count: Int,
        otherwise excess: KeyFileError.Reason = .notWellFormed
    ) throws(KeyFileError.Reason) -> BERFields {
        guard self.identifier == identifier, case .constructed(let nodes) = content else { throw .notWellFormed }
        let first = Array(nodes.prefix(count + 1))
        guard first.count <= count else { throw excess }
        return BERFields(first)
    }

    /// The content of an explicit tag.
    func tagged(_ number: UInt) throws(KeyFileError.Reason) -> ASN1Node {
        let identifier = ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
        var fields = try fields(of: identifier, atMost: 1)
        return try fields.next()
    }

    /// The bytes of an OCTET STRING, in one segment or several.
    ///
    /// - Parameter tag: its implicit tag.
    func octets(tag: UInt? = nil) throws(KeyFileError.Reason) -> [UInt8] {
        let identifier = tag.map { ASN1Identifier(tagWithNumber: $0, tagClass: .contextSpecific) }
        do {
            return Array(try ASN1OctetString(berEncoded: self, withIdentifier: identifier ?? .octetString).bytes)
        } catch {
            throw .notWellFormed
        }
    }

    func objectIdentifier() throws(KeyFileError.Reason) -> ASN1ObjectIdentifier {
        do {
            return try ASN1ObjectIdentifier(berEncoded: self)
        } catch {
            throw .notWellFormed
        }
    }

    /// A non-negative INTEGER.
    func number(atMost limit: Int) throws(KeyFileError.Reason) -> Int {
        guard let number = try? Int(berEncoded: self), (0...limit).contains(number) else { throw .notWellFormed }
        return number
    }

    /// The rounds of a derivation. A number above the limit of all work is refused with `.tooMuchWork`, whatever its length.
    func iterations() throws(KeyFileError.Reason) -> Int {
        guard identifier == .integer, case .primitive(let bytes) = content, bytes.first.map({ $0 < 0x80 }) == true
        else {
            throw .notWellFormed
        }
        let significant = bytes.drop { $0 == 0 }
        guard !significant.isEmpty else { throw .notWellFormed }
        guard significant.count <= 4 else { throw .tooManyRounds }
        let count = significant.reduce(0) { $0 << 8 | Int($1) }
        guard count <= PKCS12.maximumRounds else { throw .tooManyRounds }
        return count
    }
}
