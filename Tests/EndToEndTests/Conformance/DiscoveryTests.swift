import Countersign
import Foundation
import Testing

/// The module of plan C, and what the other plans demand of the metadata.
@Suite("Conformance: discovery")
struct DiscoveryConformanceTests {
    /// Members of OpenID Connect Discovery §3, RFC 8414 §2 and the specifications that register more; others are a warning.
    private static let known: Set<String> = [
        "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "registration_endpoint",
        "scopes_supported", "response_types_supported", "response_modes_supported", "grant_types_supported",
        "acr_values_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
        "userinfo_signing_alg_values_supported", "request_object_signing_alg_values_supported",
        "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
        "display_values_supported", "claim_types_supported", "claims_supported", "service_documentation",
        "claims_locales_supported", "ui_locales_supported", "claims_parameter_supported", "request_parameter_supported",
        "request_uri_parameter_supported", "require_request_uri_registration", "op_policy_uri", "op_tos_uri",
        "revocation_endpoint", "revocation_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_signing_alg_values_supported", "introspection_endpoint",
        "introspection_endpoint_auth_methods_supported", "introspection_endpoint_auth_signing_alg_values_supported",
        "introspection_signing_alg_values_supported", "code_challenge_methods_supported",
        "authorization_response_iss_parameter_supported", "end_session_endpoint", "frontchannel_logout_supported",
        "backchannel_logout_supported", "backchannel_logout_session_supported", "prompt_values_supported",
        "client_id_metadata_document_supported", "protected_resources",
    ]

    private static func strings(_ name: String, in metadata: JSONObject) -> [String] {
        guard case .array(let values)? = metadata[name] else { return [] }
        return values.compactMap { if case .string(let text) = $0 { text.text } else { nil } }
    }

    @Test("oidcc-discovery-endpoint-verification")
    func document() async throws {
        let server = try await ConformanceServer.shared()
        let answer = try await server.server.send("GET", "/.well-known/openid-configuration")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
        let metadata = answer.object
        #expect(metadata.string("issuer")?.text == server.issuer)
        for name in metadata.members.map(\.name.text) { #expect(Self.known.contains(name), "\(name)") }

        for member in metadata.members where member.name.text.hasSuffix("_endpoint") || member.name.text == "jwks_uri" {
            guard case .string(let url) = member.value else { throw TestFailure(member.name.text) }
            #expect(url.text.hasPrefix("https://"), "\(member.name.text)")
        }
        for name in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
            #expect(metadata[name] != nil, "\(name)")
        }
        for member in metadata.members where member.name.text.hasSuffix("_supported") {
            switch member.value {
            case .boolean: continue
            case .array(let values): #expect(!values.isEmpty, "\(member.name.text)")
            default: Issue.record("\(member.name.text) is neither a list nor a boolean")
            }
        }
        #expect(Self.strings("response_types_supported", in: metadata) == ["code"])
        #expect(Self.strings("grant_types_supported", in: metadata).contains("authorization_code"))
        let subjectTypes = Self.strings("subject_types_supported", in: metadata)
        #expect(!subjectTypes.isEmpty && Set(subjectTypes).isSubset(of: ["public", "pairwise"]))
        #expect(Self.strings("id_token_signing_alg_values_supported", in: metadata).contains("RS256"))
        #expect(Self.strings("scopes_supported", in: metadata).contains("openid"))
        #expect(Self.strings("claims_supported", in: metadata).contains("sub"))
        #expect(Self.strings("code_challenge_methods_supported", in: metadata) == ["S256"])
        for locale in Self.strings("ui_locales_supported", in: metadata) {
            #expect(
                Locale.Language(identifier: locale).languageCode?.identifier
                    == locale.split(separator: "-").first.map(String.init))
        }
        _ = try await server.keys(metadata)
    }

    @Test("The metadata says what plans B, G and the logout plans read in it")
    func more() async throws {
        let metadata = try await ConformanceServer.shared().metadata()
        #expect(Set(Self.strings("response_modes_supported", in: metadata)).isSuperset(of: ["query", "form_post"]))
        #expect(metadata["authorization_response_iss_parameter_supported"] == .boolean(true))
        #expect(Self.strings("token_endpoint_auth_methods_supported", in: metadata).contains("private_key_jwt"))
    }
}
