#!/bin/sh
# Makes every file beside it again, with OpenSSL 3 and OpenSSH. These keys protect nothing: they are for tests alone.
set -eu
cd "$(dirname "$0")"
rm -f ./*.pem ./*.der ./*.p12 ./openssh.*
umask 022
from=20260101000000Z
to=20360101000000Z

openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pkcs8.pem
openssl rsa -in rsa.pkcs8.pem -traditional -out rsa.pkcs1.pem
openssl rsa -in rsa.pkcs8.pem -pubout -out rsa.public.pem
openssl rsa -in rsa.pkcs8.pem -RSAPublicKey_out -out rsa.public.pkcs1.pem
openssl pkcs8 -topk8 -in rsa.pkcs8.pem -passout pass:test -out rsa.encrypted.pem
openssl rsa -in rsa.pkcs8.pem -traditional -aes128 -passout pass:test -out rsa.encrypted.pkcs1.pem
encrypted() {
    out=$1
    shift
    openssl pkcs8 -topk8 -in prime256v1.pkcs8.pem -passout pass:test "$@" -out "encrypted.$out.pem"
}
openssl genrsa -out weak.pem 1024
openssl rsa -in weak.pem -pubout -out rsa-1024.public.pem
rm weak.pem

for curve in prime256v1 secp384r1 secp521r1 secp256k1; do
    openssl ecparam -name "$curve" -genkey -out "$curve.sec1.pem"
    openssl pkey -in "$curve.sec1.pem" -pubout -out "$curve.public.pem"
done
rm secp256k1.sec1.pem
openssl ec -in prime256v1.sec1.pem -no_public -out prime256v1.sec1-without-public.pem
openssl pkcs8 -topk8 -nocrypt -in prime256v1.sec1.pem -out prime256v1.pkcs8.pem
encrypted aes128-sha1 -v2 aes-128-cbc -v2prf hmacWithSHA1
encrypted aes192-sha384 -v2 aes-192-cbc -v2prf hmacWithSHA384
encrypted aes256-sha512 -v2 aes-256-cbc -v2prf hmacWithSHA512
encrypted des3 -v2 des-ede3-cbc
encrypted scrypt -scrypt
encrypted pkcs12 -v1 PBE-SHA1-3DES
encrypted iterations -iter 6000000
openssl genpkey -quiet -algorithm ED25519 -out ed25519.pkcs8.pem
openssl pkey -in ed25519.pkcs8.pem -pubout -out ed25519.public.pem
openssl genpkey -quiet -algorithm X25519 -out x25519.pem
openssl pkey -in x25519.pem -pubout -out x25519.public.pem
rm x25519.pem

certificate() {
    openssl req -new -key "$1" -subj "$2" -out request.pem
    openssl ca -batch -notext -config ca.conf -startdate "$from" -enddate "$to" -in request.pem -out "$3"
}
mkdir -p ca/new
: > ca/index.txt
printf '01\n' > ca/serial
cat > ca.conf <<CONF
[ca]
default_ca = test
[test]
database = ca/index.txt
new_certs_dir = ca/new
serial = ca/serial
certificate = issuer.pem
private_key = issuer.key
default_md = sha256
policy = any
[any]
commonName = supplied
organizationName = optional
CONF
openssl ecparam -name prime256v1 -genkey -noout -out issuer.key
openssl req -x509 -new -key issuer.key -subj "/CN=Test Issuer" -days 3650 -out issuer.pem
certificate rsa.pkcs8.pem "/CN=Old ERP/O=Example" rsa.certificate.pem
certificate prime256v1.sec1.pem "/CN=billing" prime256v1.certificate.pem
certificate ed25519.pkcs8.pem "/CN=ed" ed25519.certificate.pem
cat rsa.certificate.pem issuer.pem > chain.pem
openssl x509 -in rsa.certificate.pem -outform DER -out rsa.certificate.der
for digest in sha1 sha256; do
    openssl dgst -"$digest" -binary rsa.certificate.der | basenc --base64url -w 0 | tr -d =
    echo
done > rsa.certificate.thumbprints
openssl req -new -key prime256v1.sec1.pem -subj "/CN=billing" -out request.pem
openssl crl2pkcs7 -nocrl -certfile rsa.certificate.pem -out bundle.p7b.pem
openssl pkcs12 -export -inkey prime256v1.sec1.pem -in prime256v1.certificate.pem -passout pass:test -out store.p12
ssh-keygen -q -t ed25519 -N '' -C test -f openssh
mv openssh openssh.private
mv openssh.pub openssh.public
rm -r ca ca.conf issuer.key issuer.pem
