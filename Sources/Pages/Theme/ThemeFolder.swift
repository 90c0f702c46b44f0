import Files
import Foundation
import Server

/// A folder with the folders `templates`, `languages` and `assets`, each of which may be missing.
struct ThemeFolder {
    struct File {
        let path: String
        let fullName: String
        let bytes: [UInt8]

        /// Without its extension.
        var name: String { String(fullName.prefix(upTo: fullName.lastIndex(of: ".") ?? fullName.endIndex)) }

        func text() throws(ThemeError) -> String {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ThemeError(path, "is not UTF-8", remedy: "Save it as UTF-8.")
            }
            return text
        }
    }

    /// In bytes, of one file.
    static let maximumLength = 1_048_576
    /// Of one folder.
    static let maximumCount = 100

    private let path: String

    init(_ path: String) throws(ThemeError) {
        guard FileFacts(path: path)?.kind == .directory else {
            throw ThemeError(path, "is not a folder that can be read", remedy: "Check the path of the theme.")
        }
        self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Returns the files of a folder in the order of their names; hidden files are left out.
    func files(in folder: String, _ extensions: [String]) throws(ThemeError) -> [File] {
        let folder = path + "/" + folder
        guard let facts = FileFacts(path: folder) else { return [] }
        guard facts.kind == .directory, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw ThemeError(folder, "is not a folder that can be read", remedy: "Check its kind and its permissions.")
        }
        let visible = names.filter { !$0.hasPrefix(".") }.sorted()
        guard visible.count <= Self.maximumCount else {
            throw ThemeError(folder, "has more than \(Self.maximumCount) files", remedy: "Remove some.")
        }
        var files: [File] = []
        for name in visible { files.append(try Self.file(name, in: folder, extensions)) }
        return files
    }

    private static func file(_ name: String, in folder: String, _ extensions: [String]) throws(ThemeError) -> File {
        let path = folder + "/" + name
        guard extensions.contains(where: { name.hasSuffix("." + $0) && name.utf8.count > $0.utf8.count + 1 }),
            name.utf8.allSatisfy({ Self.isPlain($0) })
        else {
            throw ThemeError(
                path, "is not a name that a theme can have",
                remedy: "Use letters, digits, '-', '_' and '.', and an end such as '.\(extensions[0])'.")
        }
        let file: WholeFile
        do throws(SystemError) {
            file = try WholeFile(path, limit: maximumLength)
        } catch {
            throw ThemeError(path, "cannot be read: \(error.text)", remedy: "Check its permissions.")
        }
        guard file.bytes.count <= maximumLength else {
            throw ThemeError(path, "is longer than \(maximumLength) bytes", remedy: "Make it smaller.")
        }
        return File(path: path, fullName: name, bytes: file.bytes)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
