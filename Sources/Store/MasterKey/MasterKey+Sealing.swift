import Crypto

extension MasterKey {
    /// Seals a secret with AES-256-GCM under a random nonce.
    ///
    /// - Parameter purpose: the additional authenticated data: what is sealed opens for the same purpose only.
    /// - Returns: nonce, ciphertext and tag.
    func seal(_ secret: [UInt8], for purpose: [UInt8]) throws(SealingError) -> [UInt8] {
        guard let box = try? AES.GCM.seal(secret, using: key, authenticating: purpose), let combined = box.combined
        else { throw .notSealed }
        return Array(combined)
    }

    /// Opens what `seal` made.
    ///
    /// - Returns: `nil` where it was sealed under another master key, for another purpose, or has been changed since.
    func open(_ sealed: [UInt8], for purpose: [UInt8]) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let secret = try? AES.GCM.open(box, using: key, authenticating: purpose)
        else { return nil }
        return Array(secret)
    }
}
