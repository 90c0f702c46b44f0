import Files
import Foundation
import Store
import Testing

@testable import CLI
@testable import CountersignKeyFiles
@testable import HTTP

@Suite("Error lines")
struct ErrorLineTests {
    @Test("name the command that imports a key store", arguments: ["java17.jks", "java17.p12"])
    func keyStore(_ name: String) {
        let file = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../../CountersignKeyFilesTests/Fixtures/KeyStores/\(name)").standardizedFileURL
            .path
        let error = #expect(throws: KeyFileError.self) { try KeyFile.read(file) }
        let text = error.map { ErrorLine.text(for: $0) } ?? ""
        #expect(text.hasSuffix("Import it: 'countersign keystore import FILE'."), "\(text)")
    }

    @Test(
        "name the command that converts a file",
        arguments: [
            (.utf16, "iconv -f UTF-16 -t UTF-8"), (.encrypted, "openssl pkcs8 -topk8 -in FILE"),
            (.unsupported(.keyStore(.jceks)), "-srcstoretype JCEKS"),
            (.encryptedWithoutMAC(.pkcs12), "keytool -importkeystore"),
            (.unsupportedPart(.keyStore(.pkcs12), "a cipher"), "keytool -importkeystore"),
            (.keyInStore(.jks), "-deststoretype PKCS12', then 'openssl"),
            (.keyInStore(.jceks), "-deststoretype PKCS12', then 'openssl"),
            (.keyInStore(.pkcs12), "openssl pkcs12 -in FILE.p12 -nocerts"),
        ] as [(KeyFileError.Reason, String)])
    func conversion(_ reason: KeyFileError.Reason, _ command: String) {
        #expect(ErrorLine.text(for: KeyFileError("file", reason)).contains(command))
    }

    @Test("name the flag for another data directory")
    func inUse() {
        #expect(
            ErrorLine.text(for: StoreError.inUse(directory: "/d", process: 7))
                == "error: another server uses the data directory '/d' (process 7). Stop it first, or give this one a directory of "
                + "its own with --data.")
    }

    private static let faults: [(FileTrust.Role, FileFault.Reason, String)] = [
        (.dataDirectory, .writable(FileMode(0o777)), "chmod go-w /d/f"),
        (.database, .writable(FileMode(0o666)), "run chmod 600 /d/f"),
        (
            .lock, .kind(.symbolicLink),
            "the lock /d/f is a symbolic link: remove it; the server makes a file of its own"
        ),
    ]

    @Test("say how to make a file of the store safe", arguments: faults)
    func unsafeFile(_ role: FileTrust.Role, _ reason: FileFault.Reason, _ words: String) {
        let text = ErrorLine.text(for: StoreError.unsafeFile(FileFault(role: role, path: "/d/f", reason: reason)))
        #expect(text.hasPrefix("error: the store is unavailable: the ") && text.contains(words), "\(text)")
        #expect(text.hasSuffix("this user may read and write it."), "\(text)")
    }

    @Test("say how to make the master key safe", arguments: [0o604, 0o602, 0o664] as [mode_t])
    func masterKey(_ mode: mode_t) {
        let reason = mode & 0o022 == 0 ? FileFault.Reason.readable(FileMode(mode)) : .writable(FileMode(mode))
        let fault = FileFault(role: .masterKey, path: "/d/f", reason: reason)
        #expect(ErrorLine.text(for: MasterKeyError.file(fault)).contains("chmod 600"))
    }

    @Test(
        "say how to convert a TLS key",
        arguments: [
            (PEMProblem.Conversion.encryptedKey, "openssl pkey"), (.openSSHKey, "ssh-keygen -p -m PKCS8"),
        ])
    func tlsKey(_ conversion: PEMProblem.Conversion, _ command: String) {
        let error = TLSFilesError(file: "/d/f", problem: "it is unusable", conversion: conversion)
        #expect(ErrorLine.text(for: error).contains(command))
    }

    @Test(
        "have a remedy for each fault of a file",
        arguments: [
            FileTrust.Role.dataDirectory, .database, .lock, .masterKey, .tlsKey, .authorities, .password,
            .configuration,
            .configurationWithPassword,
        ],
        [
            FileFault.Reason.kind(.symbolicLink), .kind(.other), .brokenLink, .owner(7), .writable(FileMode(0o666)),
            .readable(FileMode(0o644)),
        ])
    func remedies(_ role: FileTrust.Role, _ reason: FileFault.Reason) {
        #expect(!FileFault(role: role, path: "/d/f", reason: reason).remedy.isEmpty)
    }
}
