// What the reader of PKCS#12 key stores needs of OpenSSL 3's libcrypto: keys out of passwords, HMAC, decryption.
// None of it parses: the structure of a file is read in Swift.
#ifndef COUNTERSIGN_COPENSSL_SHIM_H
#define COUNTERSIGN_COPENSSL_SHIM_H

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>

// Derives a key of key_length bytes. It is in C because OSSL_PARAM keeps pointers to its names and values, which Swift
// cannot promise. purpose is the ID of RFC 7292 appendix B.3; PBKDF2 has none and gets 0. Returns 1 where it worked.
static inline int countersign_derive(
    OSSL_LIB_CTX *context, const char *function, const char *digest, const unsigned char *password,
    size_t password_length, const unsigned char *salt, size_t salt_length, unsigned int iterations, int purpose,
    unsigned char *key, size_t key_length)
{
    int done = 0;
    EVP_KDF *kdf = EVP_KDF_fetch(context, function, NULL);
    EVP_KDF_CTX *derivation = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
    if (derivation != NULL) {
        OSSL_PARAM parameters[6], *next = parameters;
        *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, (void *)password, password_length);
        *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_length);
        *next++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest, 0);
        *next++ = OSSL_PARAM_construct_uint(OSSL_KDF_PARAM_ITER, &iterations);
        if (purpose != 0) {
            *next++ = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS12_ID, &purpose);
        }
        *next = OSSL_PARAM_construct_end();
        done = EVP_KDF_derive(derivation, key, key_length, parameters) == 1;
    }
    EVP_KDF_CTX_free(derivation);
    EVP_KDF_free(kdf);
    return done;
}

#endif
