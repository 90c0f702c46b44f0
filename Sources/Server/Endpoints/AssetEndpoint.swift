/// `GET /assets/{name}`: the files that pages refer to, such as the stylesheet.
struct AssetEndpoint: Endpoint {
    let renderer: any PageRenderer

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let name = request.parameters["name"] ?? ""
        guard name.utf8.count <= 128, let asset = renderer.asset(name) else {
            return EndpointResponse(
                status: 404, headers: .uncached, contentType: "text/plain; charset=utf-8",
                body: Array("There is no such file.\n".utf8))
        }
        // The version changes with the contents.
        let isVersioned = request.query == "v=\(asset.version)"
        let headers: HeaderFields = [
            "Cache-Control": isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
            "X-Content-Type-Options": "nosniff",
        ]
        return EndpointResponse(status: 200, headers: headers, contentType: asset.contentType, body: asset.bytes)
    }
}
