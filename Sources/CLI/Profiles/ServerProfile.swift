import AdminClient
import Administration
import CountersignClient
import CountersignKeyFiles
import Files
import Foundation

/// A running server, and the client with which commands authenticate there. The private key stays in its file.
struct ServerProfile: Sendable, Equatable {
    /// The issuer, exactly as in its metadata.
    var server: String
    var clientID: String
    /// The path of the private key.
    var key: String
    /// The path of a file with the key's password.
    var keyPasswordFile: String?
    /// The path of the certificates to trust instead of the system's.
    var caCertificate: String?

    /// Lets `body` use the server.
    func withServer<Value>(_ body: (RemoteServer) async throws -> Value) async throws -> Value {
        let file = try PrivateKeyFile.read(key, password)
        warnOfOpenKey()
        if let caCertificate { try ServerTrust.checkAuthorities(caCertificate) }
        let connection = try Connection(trust: caCertificate.map { .authorities(file: $0) } ?? .system)
        let client = TokenClient(
            issuer: server, clientID: ClientID(clientID), key: file.key, algorithm: file.algorithm, keyID: file.keyID,
            connection: connection)
        do {
            return try await closing(connection.close) { try await body(RemoteServer(client, connection)) }
        } catch TokenClientError.notTrusted(let url, .certificateRefused) {
            throw CommandFailure(ServerTrust.refusedCertificate(url, authorities: caCertificate))
        }
    }

    private var password: PasswordOptions {
        var options = PasswordOptions()
        options.passwordFile = keyPasswordFile
        options.passwordStdin = false
        return options
    }

    /// With the key, a person can do everything that its client may.
    private func warnOfOpenKey() {
        guard let facts = FileFacts(path: key), facts.kind == .file, facts.mode.isOpenToAll else { return }
        Terminal.warn("\(key) can be read by others (mode \(facts.mode)): chmod 600 \(ShellCommand.word(key))")
    }

    /// The profile with paths that do not depend on the current directory.
    var withAbsolutePaths: ServerProfile {
        func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
        var profile = self
        profile.key = absolute(key)
        profile.keyPasswordFile = keyPasswordFile.map(absolute)
        profile.caCertificate = caCertificate.map(absolute)
        return profile
    }

    /// The name of a profile for which none is given: the host of the server, and its port if it has one.
    var standardName: String {
        let rest = server.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: true).last ?? ""
        return String(rest.drop { $0 == "/" }.prefix { $0 != "/" })
    }

    /// Whether a text can name a profile.
    static func isName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count) && !name.hasPrefix("-")
            && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x27 && $0 != 0x5C }
    }
}

extension ServerTrust {
    /// - Throws: for a file of trusted certificates that is missing, or that others can write.
    static func checkAuthorities(_ path: String) throws {
        // A missing file is reported as missing, not as a file without certificates.
        _ = try InputFile(path)
        try FileChecks.require([FileChecks.Subject(role: .authorities, path: path)], warn: Terminal.warn)
    }

    /// Returns the message for the only TLS failure that an option can resolve.
    ///
    /// - Parameter authorities: the file that `--ca-certificate` names.
    static func refusedCertificate(_ url: String, authorities: String?) -> String {
        guard let authorities else {
            return """
                The certificate of \(url) was not issued by an authority that this system trusts, or is not valid now. \
                If the server has its own authority, give that authority's certificate with --ca-certificate FILE.
                """
        }
        return """
            The certificate of \(url) was not issued by an authority in '\(authorities)' (--ca-certificate), or is not valid \
            now. Give the certificate of the authority that issued it.
            """
    }
}
