import Countersign

/// A token request of the client credentials grant (RFC 6749 §4.4.2) with its assertion (RFC 7523 §2.2), to be sent once.
public struct TokenRequest: Sendable, Equatable {
    /// The token endpoint.
    public let endpoint: ServerAddress
    /// The parameters of the form, in order.
    public let parameters: [Parameter]

    /// One parameter of the form.
    public struct Parameter: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its value, not encoded.
        public let value: String
    }

    /// - Parameters:
    ///   - scope: separated by spaces; `nil` leaves it to the server.
    ///   - resources: what the token is for (RFC 8707 §2); empty leaves it to the server.
    init(endpoint: ServerAddress, assertion: String, scope: String?, resources: [String]) {
        self.endpoint = endpoint
        var parameters = [Parameter(name: "grant_type", value: "client_credentials")]
        if let scope { parameters.append(Parameter(name: "scope", value: scope)) }
        parameters += resources.map { Parameter(name: "resource", value: $0) }
        parameters += [
            Parameter(name: "client_assertion_type", value: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            Parameter(name: "client_assertion", value: assertion),
        ]
        self.parameters = parameters
    }

    /// The body, `application/x-www-form-urlencoded` (RFC 6749 appendix B).
    public var form: String {
        parameters.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// Renders the request as a curl command line.
    ///
    /// - Parameter options: further curl options, already quoted.
    public func curl(options: [String] = []) -> String {
        let lines =
            [(["curl"] + options + [Self.quoted(endpoint.text)]).joined(separator: " ")]
            + parameters.map { "--data-urlencode \(Self.quoted("\($0.name)=\($0.value)"))" }
        return lines.joined(separator: " \\\n    ")
    }

    /// Quotes a word for a POSIX shell.
    public static func quoted(_ word: String) -> String { shellQuoted(word) }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                result.append(byte)
            case UInt8(ascii: " "): result.append(UInt8(ascii: "+"))
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
