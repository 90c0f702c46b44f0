import CountersignJOSE
import Store

/// A public key as it stands in a column: a JWK in JSON, without anything private.
enum StoredJWK {
    static func text(_ jwk: JWK) -> String { jwk.object.render() }

    /// - Parameter owner: names the key where it cannot be read.
    static func read(_ text: String, of owner: @autoclosure () -> String) throws(StoreError) -> JWK {
        do {
            return try JWK(JSONObject(parsing: Array(text.utf8)))
        } catch {
            throw .corrupt("\(owner()) cannot be read: \(error)")
        }
    }
}
