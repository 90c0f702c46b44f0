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
        var headers = HeaderFields.cacheable
        headers.append("X-Content-Type-Options", "nosniff")
        return EndpointResponse(status: 200, headers: headers, contentType: asset.contentType, body: asset.bytes)
    }
}
