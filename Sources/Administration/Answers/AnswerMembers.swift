@_exported import Server

// Reading what the admin API of a server has answered: the inverse of each noun's `json`. Types are checked strictly; members that are not
// known are ignored, because the server can be of a later version.

extension DocumentReader {
    package mutating func requiredTime(_ name: String) -> UnixTime {
        require(name)
        return time(name) ?? .distantPast
    }

    package mutating func requiredBoolean(_ name: String) -> Bool {
        require(name)
        return boolean(name) ?? false
    }

    /// A number that is not negative.
    package mutating func requiredCount(_ name: String) -> Int {
        require(name)
        return integer(name, in: 0...Int.max) ?? 0
    }

    package mutating func requiredTexts(_ name: String) -> [String] {
        require(name)
        return texts(name) ?? []
    }

    /// A boolean or `null`.
    package mutating func optionalBoolean(_ name: String, in object: JSONObject) -> Bool? {
        object[name] == .null ? nil : boolean(name)
    }

    /// An object with members of its own; `null` counts as absent.
    package mutating func object<Value>(
        _ name: String, _ read: (JSONObject) throws(InvalidDocument) -> Value
    ) -> Value? {
        guard let found = object(name, isNullable: true) else { return nil }
        do throws(InvalidDocument) {
            return try read(found)
        } catch {
            report(error)
            return nil
        }
    }

    /// An array of objects.
    package mutating func objects<Value>(
        _ name: String, _ read: (JSONObject) throws(InvalidDocument) -> Value
    ) -> [Value] {
        require(name)
        var values: [Value] = []
        for element in array(name) ?? [] {
            guard case .object(let found) = element else {
                report(name, detail: "It must be an array of objects.")
                return []
            }
            do throws(InvalidDocument) {
                values.append(try read(found))
            } catch {
                report(error)
            }
        }
        return values
    }

    package mutating func algorithm(_ name: String) -> SignatureAlgorithm? {
        guard let text = text(name, isNullable: true) else { return nil }
        let algorithm = SignatureAlgorithm(name: ExactString(text))
        check(algorithm != nil, name, "It must be the name of a signature algorithm.")
        return algorithm
    }
}

extension InvalidDocument {
    /// The first fault, as a clause: `/name: It must be a string`.
    package var phrase: String {
        guard let fault = faults.first else { return "it cannot be read" }
        let detail = fault.detail.hasSuffix(".") ? String(fault.detail.dropLast()) : fault.detail
        return "\(fault.pointer.text): \(detail)"
    }
}
