#!/bin/sh
# Regenerates every file in Unusual with OpenSSL 3: unusual but valid keys and certificates, and keys that JWS cannot use.
# These keys are for tests only.
set -eu
cd "$(dirname "$0")"
rm -rf Unusual
mkdir Unusual
cd Unusual
umask 022

# RFC 4055: keys for RSASSA-PSS only, with and without parameters.
pss() {
    name=$1
    shift
    openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 "$@" -out "$name.pkcs8.pem"
    openssl pkey -in "$name.pkcs8.pem" -pubout -out "$name.public.pem"
}
pss pss
for bits in 256 384 512; do
    pss "pss-sha$bits" -pkeyopt "rsa_pss_keygen_md:sha$bits" -pkeyopt "rsa_pss_keygen_mgf1_md:sha$bits" \
        -pkeyopt rsa_pss_keygen_saltlen:$((bits / 8))
done
pss pss-sha256-salt20 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 \
    -pkeyopt rsa_pss_keygen_saltlen:20
pss pss-sha256-salt64 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 \
    -pkeyopt rsa_pss_keygen_saltlen:64
pss pss-sha256-mgf1-sha1 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha1
pss pss-sha1 -pkeyopt rsa_pss_keygen_md:sha1
pss pss-sha224 -pkeyopt rsa_pss_keygen_md:sha224 -pkeyopt rsa_pss_keygen_mgf1_md:sha224

# RFC 5480: points in every form, and curves given by explicit parameters.
for curve in prime256v1 secp384r1 secp521r1; do
    openssl ecparam -name "$curve" -genkey -noout -out "$curve.sec1.pem"
    for form in uncompressed compressed hybrid; do
        openssl ec -in "$curve.sec1.pem" -pubout -conv_form "$form" -out "$curve.$form.public.pem"
        openssl ec -in "$curve.sec1.pem" -pubout -conv_form "$form" -param_enc explicit -out "$curve.$form.explicit.pem"
    done
    openssl ec -in "$curve.sec1.pem" -conv_form compressed -param_enc explicit -out "$curve.explicit.sec1.pem"
    openssl pkcs8 -topk8 -nocrypt -in "$curve.explicit.sec1.pem" -out "$curve.explicit.pkcs8.pem"
done
openssl ecparam -name secp256k1 -genkey -noout -out secp256k1.pem
openssl ec -in secp256k1.pem -pubout -param_enc explicit -out secp256k1.explicit.pem
rm secp256k1.pem

# Certificates.
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem
certificate() {
    name=$1
    shift
    openssl req -x509 -new -days 3650 "$@" -out "$name.certificate.pem"
}
certificate pss -key pss.pkcs8.pem -subj "/CN=pss key" -sigopt rsa_pss_saltlen:-1
certificate pss-signed -key rsa.pem -subj "/CN=pss signature" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
certificate negative-serial -key rsa.pem -subj "/CN=negative" -set_serial -129
certificate long-serial -key rsa.pem -subj "/CN=long" \
    -set_serial 0x7f000000000000000000000000000000000000000000000000000000000000000000000000000001
certificate zero-serial -key rsa.pem -subj "/CN=zero" -set_serial 0
certificate no-name -key rsa.pem -subj "/"
openssl ec -in prime256v1.sec1.pem -conv_form compressed -out compressed.pem
certificate compressed -key compressed.pem -subj "/CN=compressed"
openssl req -new -key rsa.pem -subj "/CN=version one" -out request.pem
printf 'basicConstraints = CA:FALSE\n' > extensions
openssl x509 -req -in request.pem -key rsa.pem -days 3650 -out version1.certificate.pem

# ASN1_STRFLAGS: 4 is T61String, 100 UniversalString, 800 BMPString.
named() {
    printf '[req]\ndistinguished_name = dn\nprompt = no\nutf8 = yes\nstring_mask = MASK:%s\n[dn]\nO = %s\nCN = %s\n' \
        "$2" "Müller & Söhne, KG" "billing" > config
    openssl req -x509 -new -days 3650 -key rsa.pem -config config -out "$1.certificate.pem"
}
named t61 0x4
named universal 0x100
named bmp 0x800
rm config extensions request.pem compressed.pem rsa.pem
