// Signs a client assertion with a private key from a file: PEM, DER or JWK.
// Usage: SignAssertion CLIENT_ID KEY_FILE [PASSWORD]
import Countersign
import CountersignKeyFiles

let arguments = CommandLine.arguments

let file = try PrivateKeyFile(path: arguments[2], password: arguments.count > 3 ? arguments[3] : nil)
let template = AssertionTemplate(
    clientID: ClientID(arguments[1]), audience: "https://auth.example.com", keyID: file.keyID)
print(try template.sign(with: file.key, at: .now))
