import COpenSSL

/// OpenSSL's libcrypto in a separate library context, so that providers loaded here do not affect the rest of the process.
///
/// It is not copyable because it owns the context and frees it.
struct Libcrypto: ~Copyable {
    private let context: OpaquePointer
    private let providers: [OpaquePointer]

    /// - Parameter legacy: whether to load the provider of OpenSSL 3's legacy ciphers.
    init(withLegacyCiphers legacy: Bool) throws(KeyFileError.Reason) {
        guard let context = OSSL_LIB_CTX_new() else { throw .missingModule("library") }
        self.context = context
        // A missing provider shows when one of its algorithms is fetched.
        let names: [String] = legacy ? ["default", "legacy"] : ["default"]
        providers = names.compactMap { OSSL_PROVIDER_load(context, $0) }
    }

    deinit {
        for provider in providers { OSSL_PROVIDER_unload(provider) }
        OSSL_LIB_CTX_free(context)
        ERR_clear_error()
    }

    /// Derives a key of `count` bytes.
    func derive(
        _ derivation: KeyDerivation, _ purpose: KeyDerivation.Purpose, from password: PasswordForms, count: Int
    ) throws(KeyFileError.Reason) -> [UInt8] {
        let (function, form, identifier): (String, [UInt8], Int32)
        switch derivation.function {
        case .pkcs12: (function, form, identifier) = ("PKCS12KDF", password.bmp, purpose.rawValue)
        case .pbkdf2: (function, form, identifier) = ("PBKDF2", password.utf8, 0)
        case .scrypt(let cost, let blockSize, let parallelization):
            return try scrypt(derivation.salt, cost, blockSize, parallelization, password.utf8, count: count)
        }
        var key = [UInt8](repeating: 0, count: count)
        // libcrypto treats the null address of an empty array as the absence of a password.
        let padded = form + [0]
        let done = countersign_derive(
            context, function, derivation.digest.rawValue, padded, form.count, derivation.salt, derivation.salt.count,
            UInt32(derivation.iterations), identifier, &key, count)
        guard done == 1 else { throw .missingModule("\(function) with \(derivation.digest.rawValue)") }
        return key
    }

    private func scrypt(
        _ salt: [UInt8], _ cost: Int, _ blockSize: Int, _ parallelization: Int, _ password: [UInt8], count: Int
    ) throws(KeyFileError.Reason) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: count)
        let padded = (password + [0]).map { CChar(bitPattern: $0) }
        // scrypt needs some memory besides its table of 128·N·r bytes.
        let memory = UInt64(KeyDerivation.maximumScryptMemory + KeyDerivation.maximumScryptMemory / 8)
        let done = EVP_PBE_scrypt_ex(
            padded, password.count, salt, salt.count, UInt64(cost), UInt64(blockSize), UInt64(parallelization), memory,
            &key, count, context, nil)
        guard done == 1 else { throw .missingModule("scrypt") }
        return key
    }

    /// HMAC (RFC 2104).
    func authenticationCode(
        of content: [UInt8], _ digest: Digest, key: [UInt8]
    ) throws(KeyFileError.Reason) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: digest.length)
        var length = 0
        let found = EVP_Q_mac(
            context, "HMAC", nil, digest.rawValue, nil, key, key.count, content, content.count, &code, code.count,
            &length)
        guard found != nil, length == code.count else { throw .missingModule("HMAC with \(digest.rawValue)") }
        return code
    }

    /// - Returns: `nil` if the padding is invalid: it was encrypted with another key.
    func decrypt(
        _ ciphertext: [UInt8], _ cipher: Cipher, key: [UInt8], initializationVector: [UInt8]
    ) throws(KeyFileError.Reason) -> [UInt8]? {
        guard let algorithm = EVP_CIPHER_fetch(context, cipher.rawValue, nil) else {
            throw .missingModule(cipher.isLegacy ? "legacy provider" : cipher.rawValue)
        }
        defer { EVP_CIPHER_free(algorithm) }
        // libcrypto reads as many bytes as the cipher needs, whatever the length of the array.
        guard EVP_CIPHER_get_key_length(algorithm) == key.count,
            EVP_CIPHER_get_iv_length(algorithm) == initializationVector.count,
            let state = EVP_CIPHER_CTX_new()
        else { throw .missingModule(cipher.rawValue) }
        defer { EVP_CIPHER_CTX_free(state) }
        guard EVP_DecryptInit_ex2(state, algorithm, key, initializationVector, nil) == 1 else {
            throw .missingModule(cipher.rawValue)
        }
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count + cipher.blockLength)
        let length = plaintext.withUnsafeMutableBufferPointer { buffer -> Int? in
            guard let start = buffer.baseAddress else { return nil }
            var (first, last): (Int32, Int32) = (0, 0)
            guard EVP_DecryptUpdate(state, start, &first, ciphertext, Int32(ciphertext.count)) == 1,
                EVP_DecryptFinal_ex(state, start + Int(first), &last) == 1
            else { return nil }
            return Int(first + last)
        }
        guard let length else {
            Self.overwrite(&plaintext)
            return nil
        }
        plaintext.removeLast(plaintext.count - length)
        return plaintext
    }

    /// Compares in constant time.
    static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Overwrites the bytes in memory.
    static func overwrite(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
