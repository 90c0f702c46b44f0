import Administration

/// One method at one path of the admin API.
package struct AdminOperation: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package typealias Handler = @Sendable (AdminRequest) async throws -> AdminResponse

    package let method: Method
    /// Below the API's base, with parameters in braces: `/clients/{client_id}`.
    package let path: String
    /// What every caller needs. What a request asks for can need more.
    package let scope: AdminScope
    /// Whether the body has a file, so that it may be long.
    package private(set) var takesFile = false
    let handler: Handler

    private init(_ method: Method, _ path: String, _ scope: AdminScope, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.scope = scope
        self.handler = handler
    }

    package static func get(_ path: String, _ handler: @escaping Handler) -> AdminOperation {
        AdminOperation(.get, path, .read, handler)
    }

    package static func post(
        _ path: String, needs scope: AdminScope = .write, _ handler: @escaping Handler
    ) -> AdminOperation {
        AdminOperation(.post, path, scope, handler)
    }

    package static func put(_ path: String, _ handler: @escaping Handler) -> AdminOperation {
        AdminOperation(.put, path, .write, handler)
    }

    package static func patch(_ path: String, _ handler: @escaping Handler) -> AdminOperation {
        AdminOperation(.patch, path, .write, handler)
    }

    package static func delete(_ path: String, _ handler: @escaping Handler) -> AdminOperation {
        AdminOperation(.delete, path, .write, handler)
    }

    /// The operation, which takes a file.
    var takingFile: AdminOperation {
        var operation = self
        operation.takesFile = true
        return operation
    }

    /// The methods of HTTP that it answers.
    var methods: [String] { method == .get ? Route.read : [method.rawValue] }
}

/// The operations on one noun. Each noun is a type in a file of its own, whose functions are the operations:
///
/// ```swift
/// struct ResourceEndpoints: AdminNoun {
///     var operations: [AdminOperation] {
///         [.get("/resources", list), .delete("/resources/{uri}", remove)]
///     }
///
///     private func list(_ request: AdminRequest) async throws -> AdminResponse { … }
/// }
/// ```
///
/// An operation throws what the operations of `Administration` throw, a `Problem` or an `InvalidDocument`; `Problem.init(_:_:)` is the one
/// place that makes a response of it.
package protocol AdminNoun: Sendable {
    var operations: [AdminOperation] { get }
}

/// What a noun can need besides the store, which comes with each request and acts as the caller.
package struct AdminServices: Sendable {
    package let urls: ServerURLs
    package let settings: ServerSettings
    package let process: ServerProcess
    package let overview: OverviewSources
    /// Shared with the console, so that its limits are those of both.
    package let keySetTests: KeySetTests
    /// Shared with the console, too.
    package let inspections: AssertionInspections
    /// The URL of a calendar address; `nil` without a console.
    package let calendarURL: (@Sendable (_ secret: String) -> String)?
    package let runtime: Runtime

    package init(
        urls: ServerURLs, settings: ServerSettings, process: ServerProcess, overview: OverviewSources,
        keySetTests: KeySetTests, inspections: AssertionInspections,
        calendarURL: (@Sendable (_ secret: String) -> String)? = nil, _ runtime: Runtime
    ) {
        self.urls = urls
        self.settings = settings
        self.process = process
        self.overview = overview
        self.keySetTests = keySetTests
        self.inspections = inspections
        self.calendarURL = calendarURL
        self.runtime = runtime
    }
}
