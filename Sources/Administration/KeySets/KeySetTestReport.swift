@_exported import Server

/// A test of a key set as the admin API answers it and the command line prints it.
package struct KeySetTestReport: Sendable {
    package struct Hop: Sendable {
        package struct Address: Sendable {
            package let text: String
            /// Why it is not connected to; `nil` if it may be.
            package let refusal: String?
        }

        package let url: String
        package let addresses: [Address]
        package let proxy: String?
        package let peer: String?
        package let tls: String?
        /// `nil` without TLS, or if the certificate could not be parsed.
        package let certificate: KeySetTest.Certificate?
        package let status: Int?
        package let fields: [(name: String, value: String)]
        /// The end of the last step that was reached, in milliseconds.
        package let time: Int?
    }

    /// A key, usable or not.
    package struct Key: Sendable {
        package let keyID: String?
        /// Of a key that is usable.
        package let thumbprint: String?
        /// What kind of key it is, or why it is not usable.
        package let text: String
    }

    package struct Document: Sendable {
        /// In bytes.
        package let size: Int
        /// How long the server would keep it.
        package let lifetime: Duration
        package let keys: [Key]
        package let refused: [Key]
    }

    package let isUsable: Bool
    package let hops: [Hop]
    /// Why the document could not be read, as a sentence or more; or why it is not a key set, as a clause.
    package let problem: String?
    /// `nil` if it could not be read.
    package let document: Document?
    /// All of it.
    package let json: JSONObject

    /// - Parameter answer: as `KeySetTest.json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        json = object
        isUsable = reader.requiredBoolean("usable")
        hops = reader.objects("hops") { object throws(InvalidDocument) in try Hop(answer: object) }
        problem = reader.text("problem", isNullable: true)
        if reader.has("keys") {
            document = Document(
                size: reader.requiredCount("bytes"), lifetime: .seconds(reader.requiredCount("lifetime")),
                keys: reader.objects("keys") { object throws(InvalidDocument) in try Key(answer: object, "summary") },
                refused: reader.objects("refused") { object throws(InvalidDocument) in
                    try Key(answer: object, "reason")
                })
        } else {
            document = nil
        }
        try reader.finishIgnoringOthers()
    }
}

extension KeySetTestReport.Hop {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        url = reader.requiredText("url")
        addresses = reader.objects("addresses") { object throws(InvalidDocument) in
            var reader = DocumentReader(object)
            let address = Address(
                text: reader.requiredText("address"), refusal: reader.text("reason", isNullable: true))
            try reader.finishIgnoringOthers()
            return address
        }
        proxy = reader.text("proxy", isNullable: true)
        peer = reader.text("connected_to", isNullable: true)
        status = reader.integer("status", in: 0...Int.max, isNullable: true)
        fields = reader.objects("fields") { object throws(InvalidDocument) in
            var reader = DocumentReader(object)
            let field = (name: reader.requiredText("name"), value: reader.requiredText("value"))
            try reader.finishIgnoringOthers()
            return field
        }
        let times = ["complete", "answered", "connected", "looked_up"].map {
            reader.integer($0, in: 0...Int.max, isNullable: true)
        }
        time = times.compactMap(\.self).first
        var secured = DocumentReader(reader.object("tls", isNullable: true) ?? [:])
        tls = secured.text("version")
        if let subject = secured.text("subject"), let issuer = secured.text("issuer"),
            let notAfter = secured.time("not_after")
        {
            certificate = KeySetTest.Certificate(subject: subject, issuer: issuer, notAfter: notAfter)
        } else {
            certificate = nil
        }
        try reader.finishIgnoringOthers()
        try secured.finishIgnoringOthers()
    }
}

extension KeySetTestReport.Key {
    /// - Parameter name: of the member with the text.
    fileprivate init(answer object: JSONObject, _ name: String) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        keyID = reader.text("kid", isNullable: true)
        thumbprint = reader.text("thumbprint")
        text = reader.requiredText(name)
        try reader.finishIgnoringOthers()
    }
}
