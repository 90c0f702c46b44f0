/// `GET /assets/{name}`: the files that pages refer to, such as the stylesheet.
package struct AssetEndpoint: Endpoint {
    private let asset: @Sendable (_ name: String) -> PageAsset?

    package init(_ asset: @escaping @Sendable (_ name: String) -> PageAsset?) {
        self.asset = asset
    }

    package func respond(to request: EndpointRequest) async -> EndpointResponse {
        let name = request.parameters["name"] ?? ""
        guard name.utf8.count <= 128, let asset = asset(name) else {
            return EndpointResponse(
                status: 404, headers: .uncached, contentType: "text/plain; charset=utf-8",
                body: Array("There is no such file.\n".utf8))
        }
        let tag = "\"\(asset.version)\""
        // The version changes with the contents.
        let isVersioned = request.query == "v=\(asset.version)"
        let headers: HeaderFields = [
            "Cache-Control": isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
            "X-Content-Type-Options": "nosniff", "ETag": tag,
        ]
        // RFC 9110 §13.1.2. The length is that of the answer 200; the body is not sent (§15.4.5).
        if request.headers["If-None-Match"]?.split(separator: ",").contains(where: { $0.trimmed == tag }) == true {
            return EndpointResponse(status: 304, headers: headers, contentType: asset.contentType, body: asset.bytes)
        }
        return EndpointResponse(status: 200, headers: headers, contentType: asset.contentType, body: asset.bytes)
    }
}

extension Substring {
    fileprivate var trimmed: Substring { drop { $0 == " " }.prefix { $0 != " " } }
}
