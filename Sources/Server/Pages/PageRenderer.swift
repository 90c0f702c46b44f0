import Crypto

/// A renderer of the pages that people see: turns page values into HTML, without knowing sessions, clients or protocols.
package protocol PageRenderer: Sendable {
    /// - Parameters:
    ///   - languages: the person's languages, most preferred first (BCP 47); the first that is translated is used.
    /// - Returns: HTML in UTF-8. All texts in the page's values are escaped.
    func html(_ page: Page, languages: [String]) -> [UInt8]

    /// The languages in which pages are available (BCP 47).
    var languages: [String] { get }

    /// Returns a file that pages refer to, such as the stylesheet, by its name.
    func asset(_ name: String) -> PageAsset?
}

/// A stylesheet, script or picture of the pages.
package struct PageAsset: Sendable {
    package let contentType: String
    package let bytes: [UInt8]
    /// A digest of the bytes, which pages send as the parameter `v`: an answer to a request with it can be cached for a year, others
    /// cannot.
    package let version: String

    package init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
        version = Base64URL.encode(Array(SHA256.hash(data: bytes).prefix(9)))
    }
}

/// A page that a person sees.
package struct Page: Sendable {
    /// What each page has, whatever it shows.
    package struct Frame: Sendable {
        /// The path before `/assets/…` and `/account`: the path of the issuer.
        package let path: String
        /// Of the issuer, for the person to check the address.
        package let host: String
        /// The same page in another language: the request's path and query, to which `ui_locales=…` is appended; `nil` for pages that
        /// answer a POST.
        package let link: String?

        package init(path: String, host: String, link: String? = nil) {
            self.path = path
            self.host = host
            self.link = link
        }
    }

    package let frame: Frame
    package let content: Content

    package init(_ frame: Frame, _ content: Content) {
        self.frame = frame
        self.content = content
    }

    package enum Content: Sendable {
        case signIn(SignInPage)
        case consent(ConsentPage)
        case refusal(RefusalPage)
        case formPost(FormPostPage)
        case signOut(SignOutPage)
        /// - Parameter reference: under which `explain` finds what was wrong with the client's request, if anything.
        case signedOut(reference: String?)
        case account(AccountPage)
    }
}
