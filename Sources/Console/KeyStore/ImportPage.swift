import Administration
import Crypto
import Pages

/// The page that imports certificates: the first press shows what would be imported, the second one does it.
struct ImportPage: ConsolePage {
    static let address = KeyStorePage.address + "/import"

    let path = ImportPage.address
    let takesForms = true
    let takesFiles = true
    // A certificate in the key store lets its owner authenticate as a client.
    let isSensitive = true

    /// The names of the fields.
    enum Field {
        static let file = "file"
        static let password = "password"
        static let alias = "alias"
        static let replaces = "replace"
        /// The certificates that were checked, and the digest of what the page has said about them.
        static let checked = "checked"
        static let plan = "plan"
        /// Whether the person has seen the plan and wants it done.
        static let confirms = "confirm"
    }

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        // The page of an entry links here to replace its certificate.
        let alias = visit.query?.text(Field.alias)
        return ImportContent(
            typed: .init(alias: alias ?? "", replaces: alias != nil), fault: nil, plan: nil, visit)
    }

    func showTooLong(_ visit: Visit) async throws -> any ConsoleContent {
        ImportContent(typed: .init(alias: "", replaces: false), fault: .tooLong, plan: nil, visit)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let typed = Typed(alias: form.text(Field.alias) ?? "", replaces: form.text(Field.replaces) != nil)
        do {
            let (file, id) = try await certificates(form, visit)
            let plan = try await plan(file, typed, visit)
            let fault = ImportFault(plan, alias: typed.alias)
            let digest = Self.digest(of: plan)
            guard fault == nil, plan.changesAnything, form.text(Field.confirms) != nil, form.text(Field.plan) == digest
            else {
                let review = ImportContent.Review(plan: plan, id: id, digest: digest)
                return .page(
                    ImportContent(typed: typed, fault: fault, plan: review, visit), status: fault == nil ? 200 : 422)
            }
            try await commit(plan, visit)
            visit.checkedFiles.drop(id, of: visit.person.firstGrant)
            let only = plan.rows.count == 1 ? plan.rows.first : nil
            return .redirect(
                to: only.map { ShownEntry.path($0.alias.text) } ?? KeyStorePage.address, notice: "imported")
        } catch let fault as ImportFault {
            return .page(ImportContent(typed: typed, fault: fault, plan: nil, visit), status: 422)
        }
    }

    /// What the person typed and chose; never the password.
    struct Typed {
        let alias: String
        let replaces: Bool
    }

    /// Returns the certificates of the file in the form, or of the one that was checked before, and under which name they are held.
    private func certificates(_ form: Form, _ visit: Visit) async throws -> (CertificateFile, id: String) {
        let owner = visit.person.firstGrant
        guard let upload = visit.upload?.file(Field.file) else {
            guard let id = form.text(Field.checked) else { throw ImportFault.noFile }
            guard let file = visit.checkedFiles.file(id, of: owner, at: visit.now) else {
                throw ImportFault.notHeldAnyMore
            }
            return (file, id)
        }
        let name = upload.label.isEmpty ? "file" : upload.label
        do {
            let file = try await CertificateFile.read(
                upload.content, name: name, password: form.bytes(Field.password))
            return (file, visit.checkedFiles.hold(file, for: owner, at: visit.now))
        } catch {
            throw ImportFault(error) ?? error
        }
    }

    private func plan(_ file: CertificateFile, _ typed: Typed, _ visit: Visit) async throws -> KeyStoreImport {
        do {
            return try await KeyStoreAdministration(visit.store).plan(
                file, alias: typed.alias.isEmpty ? nil : typed.alias, replaces: typed.replaces, at: visit.now)
        } catch {
            throw ImportFault(error) ?? error
        }
    }

    private func commit(_ plan: KeyStoreImport, _ visit: Visit) async throws {
        do {
            try await KeyStoreAdministration(visit.store).commit(plan)
        } catch StoreError.conflict, StoreError.changed {
            throw ConsoleFailure.changed(nil)
        }
    }

    /// A digest of what would be done, so that exactly that is done which the person has seen.
    private static func digest(of plan: KeyStoreImport) -> String {
        let rows: [JSONValue] = plan.rows.map { row in
            let facts = row.entry.certificate.facts
            return .array([
                .string(row.alias), .string(row.outcome.rawValue), .boolean(row.isFromJava),
                .string(facts.thumbprintSHA256), .string(row.existing) ?? .null,
            ])
        }
        return Base64URL.encode(Array(SHA256.hash(data: JSONObject([("rows", .array(rows))]).rendered())))
    }
}
