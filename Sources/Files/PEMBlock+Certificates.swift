extension PEMBlock {
    /// The certificates in a file (RFC 7468 §5), in DER; other blocks are passed over.
    ///
    /// - Throws: `PEMProblem` where there is none, or one that cannot be read.
    package static func certificates(in bytes: [UInt8]) throws(PEMProblem) -> [[UInt8]] {
        let found = try contents(of: bytes) { ["CERTIFICATE", "X509 CERTIFICATE"].contains($0.label) }
        guard !found.isEmpty else { throw PEMProblem("it holds no certificate in PEM") }
        return found
    }

    /// The one private key in a file, in DER; other blocks are passed over.
    ///
    /// - Throws: `PEMProblem` where there is none, more than one, or one that cannot be used as it stands.
    package static func privateKey(in bytes: [UInt8]) throws(PEMProblem) -> [UInt8] {
        let found = try contents(of: bytes, where: \.isLabelledPrivate)
        guard let key = found.first else { throw PEMProblem("it holds no private key in PEM") }
        guard found.count == 1 else { throw PEMProblem("it holds \(found.count) private keys") }
        return key
    }

    private static func contents(
        of bytes: [UInt8], where isWanted: (PEMBlock) -> Bool
    ) throws(PEMProblem) -> [[UInt8]] {
        var contents: [[UInt8]] = []
        for block in all(in: bytes) where isWanted(block) {
            switch block.content {
            case .unreadable: throw PEMProblem(block.problem ?? "")
            case .der(let der) where block.label != "ENCRYPTED PRIVATE KEY" && block.label != "OPENSSH PRIVATE KEY":
                contents.append(der)
            case .der where block.label == "OPENSSH PRIVATE KEY":
                throw PEMProblem("it holds an OpenSSH private key; convert a copy: ssh-keygen -p -m PKCS8 -f COPY")
            case .der, .encrypted:
                throw PEMProblem(
                    "its private key has a password; write it without one: openssl pkey -in FILE -out NEW.pem")
            }
        }
        return contents
    }
}

/// Why a file in PEM does not give what is wanted of it, as a clause: "it holds no certificate in PEM".
package struct PEMProblem: Error, Sendable, Equatable {
    package let clause: String

    package init(_ clause: String) {
        self.clause = clause
    }
}
