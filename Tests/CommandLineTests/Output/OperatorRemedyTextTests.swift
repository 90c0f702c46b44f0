import Countersign
import Testing

@testable import Administration
@testable import CLI
@testable import Server

@Suite("The wording of the operator's remedies")
struct OperatorRemedyTextTests {
    @Test(
        "appears on the pages of errors whose response is only a reference",
        arguments: [
            Rejection.unknownClient(ClientID("billing"), .disabled),
            .unknownClient(ClientID("biling"), .notRegistered),
            .noMatchingKey(.noneFits(sought, excluded: [], others: 1)),
            .keySetUnavailable(reason: "https://billing.example/jwks answered 503"),
            .badSignature(algorithm: .es256, keysTried: []),
        ])
    func pages(_ rejection: Rejection) {
        let page = String(decoding: ErrorPage.markdown(for: rejection.code), as: UTF8.self)
        #expect(page.contains(OperatorRemedyText().sentences(rejection.explanation.operatorRemedies)))
    }

    @Test("names the client and the data directory, quoted for the shell")
    func names() {
        let words = OperatorRemedyText(client: "a b", options: ["--data", "/srv/data"])
        #expect(
            words.sentences([.allowReuse])
                == "For a client that cannot: countersign client edit 'a b' --data /srv/data --allow-reuse.")
        #expect(
            words.sentences([.registerClient])
                == "Look for a typing error in the client ID: countersign client list --data /srv/data. If the client is new, "
                + "register it: countersign client add --id 'a b' --data /srv/data --name NAME --jwks FILE.")
        #expect(words.sentences([]) == "Nothing: only the client can change this.")
    }

    @Test("omits an ID that looks like an option or was truncated")
    func unusableID() {
        for client in ["-x", "", String(repeating: "x", count: 250)] {
            #expect(OperatorRemedyText(client: client).sentences([.enableClient]).contains("client enable ID."))
        }
    }

    private static let sought: JOSEHeader = {
        let token = "\(Base64URL.encode(Array(#"{"alg":"ES256","kid":"2027-01"}"#.utf8))).e30.AA"
        guard let jws = try? CompactJWS(parsing: Array(token.utf8)) else { preconditionFailure("the token is a JWS") }
        return jws.header
    }()
}
