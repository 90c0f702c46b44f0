import Countersign
import Testing

/// Item 16 of what fails most often: a person who does not want to. Plan G has a module for it, `user-rejects-authentication`.
@Suite("Conformance: a person who cancels")
struct CancellationTests {
    static let places: [(answer: Person.Answer, pages: [WebPage.Kind])] = [
        (.cancel, [.signIn]), (.deny, [.signIn, .consent]),
    ]

    @Test("is sent back to the client with access_denied", arguments: ResponseMode.allCases, places.indices)
    func cancels(_ mode: ResponseMode, _ index: Int) async throws {
        let (answer, pages) = Self.places[index]
        let server = try await ConformanceServer.shared()
        var party = try await server.relyingParty(mode: mode) {
            $0.signIn.redirectURIs = [RelyingParty.redirectURI + "?dummy1=lorem&dummy2=ipsum"]
        }
        party.redirectURI += "?dummy1=lorem&dummy2=ipsum"
        let browser = server.browser()
        let request = party.request([("state", RelyingParty.random(124) + "-._~")])
        #expect(try await party.error(request, in: browser, as: Person(answer: answer)) == "access_denied")
        #expect(browser.pages.map(\.kind) == pages)
    }

    @Test("is asked again by the next request")
    func askedAgain() async throws {
        let server = try await ConformanceServer.shared()
        let party = try await server.relyingParty()
        let browser = server.browser()
        _ = try await party.error(party.request(), in: browser, as: Person(answer: .deny))
        _ = try await party.signIn(in: browser)
        #expect(browser.pages.map(\.kind) == [.signIn, .consent, .consent])
    }
}
