import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("RFC 7591 §2: client metadata")
struct ClientMetadataTests {
    private static func client(_ change: (inout ClientRecord) -> Void = { _ in }) -> ClientRecord {
        var client = ClientRecord(
            id: ClientID("billing"), name: "Billing", scopes: ["read", "write"],
            options: ClientOptions(signingAlgorithm: .es256), createdAt: TestClock.start)
        change(&client)
        return client
    }

    private static func parse(_ metadata: ClientMetadata) throws -> ClientMetadata {
        let object = try JSONObject(parsing: metadata.json.rendered()).withoutNullMembers
        return try ClientMetadata(
            parsing: object, of: metadata.record.id,
            by: .documentAtURL(allowsHTTPOnLoopback: false, algorithms: MetadataBench.algorithms),
            at: TestClock.start)
    }

    @Test("Rendered metadata parses to the same client and keys")
    func roundTrip() throws {
        let keys = [try KeySetBench.key("k1"), try KeySetBench.key("k2")]
        let parsed = try Self.parse(ClientMetadata(Self.client(), keys: keys))
        #expect(parsed.record == Self.client())
        #expect(parsed.keys?.map(\.object) == keys.map(\.object))
    }

    @Test("A key set at a URL is rendered and parsed in place of keys")
    func keySetURL() throws {
        let client = Self.client { $0.keySetURL = "https://client.example/jwks" }
        let parsed = try Self.parse(ClientMetadata(client))
        #expect(parsed.record == client)
        #expect(parsed.keys == nil)
    }

    @Test("Options reserved for operators are rendered but never parsed")
    func operatorsDecisions() throws {
        let client = Self.client {
            $0.description = "For invoices"
            $0.isEnabled = false
            $0.options.audienceProfile = .legacy
            $0.options.allowsReuse = true
            $0.options.requiresExplicitTyping = true
            $0.options.certificateValidity = .warn
            $0.accessTokenFormat = .opaque
            $0.accessTokenLifetime = .seconds(60)
        }
        let json = ClientMetadata(client).json
        #expect(json["enabled"] == .boolean(false))
        #expect(json["audience_profile"] == "legacy")
        #expect(json["token_endpoint_allow_reuse_pvt_key_jwt"] == .boolean(true))
        #expect(json["require_explicit_typing"] == .boolean(true))
        #expect(json["certificate_validity"] == "warn")
        #expect(json["access_token_format"] == "opaque")
        #expect(json["access_token_lifetime"] == JSONValue.number(60))
        #expect(try Self.parse(ClientMetadata(client, keys: [KeySetBench.key("k1")])).record == Self.client())
    }
}
