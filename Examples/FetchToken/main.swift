// Fetches an access token twice; the second time it comes from memory.
// Usage: FetchToken ISSUER CLIENT_ID KEY_FILE
import Countersign
import CountersignClient
import CountersignKeyFiles

let (issuer, id, path) = (CommandLine.arguments[1], CommandLine.arguments[2], CommandLine.arguments[3])

let connection = try Connection()
let key = try PrivateKeyFile(path: path).key
let client = TokenClient(issuer: issuer, clientID: ClientID(id), key: key, connection: connection)
let tokens = AccessTokens(client)

let token = try await tokens.accessToken(scope: "invoices.read")
let again = try await tokens.accessToken(scope: "invoices.read")
print(token == again ? "one token for two calls" : "two tokens")
await connection.close()
