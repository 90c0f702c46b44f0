// A Hummingbird route that lets in only clients that prove themselves with a key.
// Usage: TokenRoute CLIENT_ID PUBLIC_KEY_FILE
import Countersign
import CountersignKeyFiles
import Hummingbird

let file = try KeyFile(path: CommandLine.arguments[2])
let client = RegisteredClient(id: ClientID(CommandLine.arguments[1]), keys: file.keys.map { ClientKey($0) })
let verifier = AssertionVerifier(
    policy: AssertionPolicy(), directory: StaticClientDirectory([client]), replayGuard: InMemoryReplayGuard())
let audiences = AcceptedAudiences(issuer: "https://auth.example.com")

struct TokenRequest: Decodable {
    let clientAssertion: String

    enum CodingKeys: String, CodingKey {
        case clientAssertion = "client_assertion"
    }
}

let router = Router()
router.post("/token") { request, context in
    let form = try await URLEncodedFormDecoder().decode(TokenRequest.self, from: request, context: context)
    do throws(AssertionFailure) {
        let verified = try await verifier.verify(form.clientAssertion, audiences: audiences, at: .now)
        return "hello, \(verified.client.id)\n"
    } catch .refused(let rejection, of: _) {
        context.logger.info("refused: \(rejection.code.rawValue)")
        throw HTTPError(.unauthorized, message: "invalid_client")
    } catch .unavailable(let reason) {
        context.logger.error("unavailable: \(reason)")
        throw HTTPError(.serviceUnavailable)
    }
}

let app = Application(
    router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)))
try await app.runService()
