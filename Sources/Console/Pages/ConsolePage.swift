import Administration

/// A page of the console for people who are signed in: what is at one address, and what its forms do.
///
/// `PageEndpoint` has checked before that the person may open the page, and for a form that they may change things and that it comes from a
/// page of theirs.
protocol ConsolePage: Sendable {
    /// Below the console's address, such as `/clients/{client}`; empty for the first page.
    var path: String { get }
    /// Whether the page has forms, which are all posted to its own address.
    var takesForms: Bool { get }
    /// Whether the page does something for which the person must have signed in a short time ago.
    var isSensitive: Bool { get }
    /// Whether its forms have files, so that they are `multipart/form-data` and may be long.
    var takesFiles: Bool { get }
    /// Whether a form is offered once more as it was sent if the store could not take it, or if the sign-in was too old or had ended. Not
    /// for pages with files, passwords or secrets.
    var keepsForm: Bool { get }
    /// What a form has done, by the word in the query of the page that the browser is sent to. A link cannot make a page say anything else.
    var notices: [String: String] { get }

    /// Shows the page.
    func show(_ visit: Visit) async throws -> any ConsoleContent

    /// Returns the file that the page is; `nil` for a page that is shown.
    func download(_ visit: Visit) async throws -> Download?

    /// Shows the page again after a form that was too long to be read.
    func showTooLong(_ visit: Visit) async throws -> any ConsoleContent

    /// Does what a form says. Every form ends in another page, so that reloading it repeats nothing, unless it was not accepted or shows what is
    /// shown only once. A form that would make another one if it is sent again uses `Once` or `Basis.Change`.
    func act(_ form: Form, _ visit: Visit) async throws -> Answer
}

extension ConsolePage {
    var takesForms: Bool { false }
    var isSensitive: Bool { false }
    var takesFiles: Bool { false }
    var keepsForm: Bool { false }
    var notices: [String: String] { [:] }

    func download(_ visit: Visit) async throws -> Download? { nil }

    func showTooLong(_ visit: Visit) async throws -> any ConsoleContent { throw ConsoleFailure.tooLong }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer { throw ConsoleFailure.noForm }
}

extension Form {
    /// Returns a filter of a list. Of one that is longer than what it is compared with, a beginning is kept that finds nothing either, because
    /// the page repeats it in its links.
    func filter(_ name: String) -> String {
        let typed = text(name) ?? ""
        return typed.utf8.count <= 300 ? typed : String(decoding: typed.utf8.prefix(300), as: UTF8.self)
    }
}

/// A request for a page by a person who is signed in.
struct Visit: Sendable {
    let request: EndpointRequest
    let person: Operator
    /// Records the person in the change log.
    let store: any Store
    let settings: ServerSettings
    /// The operations on the server's keys over `store`, or over the same with a condition.
    let serverKeysOver: @Sendable (any Store) -> any ServerKeyOperations
    let overview: OverviewSources
    /// The console's address.
    let address: ServerURLs
    /// Of the server.
    let issuer: String
    let now: UnixTime
    let keySetTests: KeySetTests
    let checkedFiles: CheckedFiles
    let inspections: AssertionInspections
    let protection: FormProtection
    /// The parameters of the query; `nil` if it has none, or cannot be read.
    let query: Form?
    /// The form with its files, of a page that takes files.
    var upload: MultipartForm?

    init(_ request: EndpointRequest, _ person: Operator, _ services: ConsoleServices, at now: UnixTime) {
        self.request = request
        self.person = person
        store = services.store.acting(as: person.actor)
        serverKeysOver = { store in
            RunningServerKeys(
                store, services.keys, masterKey: services.masterKey, services.settings, services.runtime)
        }
        settings = services.settings
        overview = services.overview
        address = services.address
        issuer = services.urls.issuer
        self.now = now
        keySetTests = services.keySetTests
        checkedFiles = services.checkedFiles
        inspections = services.inspections
        protection = services.protection
        query = request.query.flatMap { try? Form(parsing: $0.utf8) }
    }

    /// The operations on the server's keys; they record the person, too.
    var serverKeys: any ServerKeyOperations { serverKeysOver(store) }

    /// The path of the page below the console's address.
    var path: String { String(request.path.dropFirst(address.path.count)) }

    /// Returns a parameter of the page's path, decoded.
    ///
    /// - Throws: `ConsoleFailure.notFound` if it is not valid.
    func parameter(_ name: String) throws(ConsoleFailure) -> String {
        guard let text = request.parameters[name].flatMap(PathSegment.decoded) else { throw .notFound("this address") }
        return text
    }
}

/// What a form leads to.
enum Answer: Sendable {
    /// - Parameters:
    ///   - path: below the console's address.
    ///   - notice: the word of what was done, see `ConsolePage.notices` of the page there.
    case redirect(to: String, notice: String? = nil)
    /// A page in answer to the form itself: because it was not accepted, or shows what is shown only once.
    /// - Parameter retryAfter: the seconds after which the same can succeed.
    case page(any ConsoleContent, status: Int = 200, retryAfter: Int? = nil)
}

/// Why a page is not shown, or a form does nothing.
enum ConsoleFailure: Error, Sendable, Equatable {
    /// - Parameter what: such as `the client “x”`.
    case notFound(String)
    /// - Parameter sentence: what is not there.
    case missing(String)
    case noForm
    case notAdministrator
    case form(FormProtectionFault)
    case unreadableForm(String)
    /// The form is longer than is read of anybody.
    case tooLong
    case signInIsOld
    /// Too much is asked for at once: a sentence or two.
    case tooMany(String)
    /// Somebody changed the same thing meanwhile; the subject, if the page knows it, leads to who it was.
    case changed(ChangeSubject?)
    /// What was asked for cannot be done: a sentence or two.
    case refused(String)
    /// A record of the store cannot be read.
    case damaged
    case unavailable
    /// Nothing can be written.
    case diskFull
    case unexpected(String)
}
