#!/bin/sh
# Regenerates every file in KeyStores/ with Java 17's keytool and OpenSSL 3, from the keys and certificates made by make.sh,
# which are for tests only. The password is 'changeit' unless stated otherwise.
#
# Java 8 and 11 wrote PKCS#12 as Java 17 does with keystore.pkcs12.legacy (JDK-8153005): RC2 and triple DES, SHA-1 in the MAC.
# OpenSSL 1.1 wrote it as OpenSSL 3 does with -legacy.
set -eu
cd "$(dirname "$0")"
rm -rf KeyStores
mkdir KeyStores
umask 022
export LC_ALL=C.UTF-8
out=KeyStores
password=changeit

p12() {
    name="$1"
    shift
    openssl pkcs12 -export -passout "pass:$password" -out "$out/$name.p12" "$@"
}
java() {
    keytool -noprompt -storepass "$password" "$@" 2> /dev/null
}
trust() {
    java -importcert -alias "$2" -file "$3" -keystore "$out/$1" -storetype "$4"
}
key_and_chain="-name old-erp -inkey rsa.pkcs8.pem -in chain.pem"

# --- openssl pkcs12
p12 openssl3 $key_and_chain
p12 openssl1 -legacy $key_and_chain
p12 openssl1-descert -legacy -descert $key_and_chain
p12 openssl3-certificates -nokeys -in chain.pem -caname old-erp -caname issuer
p12 openssl3-nameless -inkey prime256v1.sec1.pem -in prime256v1.certificate.pem
p12 openssl3-sha512 -macalg sha512 $key_and_chain -certpbe AES-128-CBC -keypbe AES-128-CBC
p12 openssl3-aes192 $key_and_chain -certpbe AES-192-CBC -noiter -nomaciter
p12 openssl1-rc2-128 -legacy $key_and_chain -certpbe PBE-SHA1-RC2-128
p12 openssl1-two-key-des -legacy $key_and_chain -certpbe PBE-SHA1-2DES -maciter
p12 openssl3-bare $key_and_chain -certpbe NONE -keypbe NONE
p12 openssl3-nomac $key_and_chain -nomac -certpbe AES-256-CBC
p12 openssl3-nomac-bare $key_and_chain -nomac -certpbe NONE
p12 openssl1-rc4 -legacy $key_and_chain -certpbe PBE-SHA1-RC4-128
p12 openssl3-unicode -inkey prime256v1.sec1.pem -in prime256v1.certificate.pem -name 'Zürich 密'
password=''
p12 openssl3-empty-password $key_and_chain
password='pässwörd 𐍈'
p12 openssl3-unicode-password $key_and_chain
p12 openssl1-unicode-password -legacy $key_and_chain
password=changeit

# --- keytool
convert() {
    java -importkeystore -srckeystore "$1" -srcstorepass "$password" -destkeystore "$out/$2" -deststorepass "$password" \
        -deststoretype "$3" $4
}
convert "$out/openssl3.p12" java17.jks JKS ''
trust java17.jks billing prime256v1.certificate.pem JKS
trust java17.jks 'Café' ed25519.certificate.pem JKS
convert "$out/java17.jks" java17.p12 PKCS12 ''
convert "$out/java17.jks" java8.p12 PKCS12 -J-Dkeystore.pkcs12.legacy
convert "$out/java17.jks" java17.jceks JCEKS ''
trust java17-trusted.jks billing prime256v1.certificate.pem JKS
trust java17-trusted.p12 billing prime256v1.certificate.pem PKCS12
java -J-Dkeystore.pkcs12.legacy -importcert -alias billing -file prime256v1.certificate.pem \
    -keystore "$out/java8-trusted.p12" -storetype PKCS12
# As Java 18 and later write without -storepass, and as some systems store their trusted authorities.
java -J-Dkeystore.pkcs12.macAlgorithm=NONE -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE -importcert -alias billing \
    -file prime256v1.certificate.pem -keystore "$out/java17-unprotected.p12" -storetype PKCS12
java -genseckey -alias secret -keyalg AES -keysize 128 -keystore "$out/java17-secret.p12" -storetype PKCS12
password='pässwörd'
trust java17-unicode-password.jks billing prime256v1.certificate.pem JKS
password=changeit

# --- unusable entries are skipped; an expired one can be used
generate() {
    java -genkeypair -alias "$1" -dname "CN=$1" -keystore "$out/mixed.jks" -storetype JKS -keypass "$password" $2
}
generate weak '-keyalg RSA -keysize 1024'
generate dsa '-keyalg DSA -keysize 2048'
generate expired '-keyalg EC -groupname secp384r1 -startdate 2020/01/01 -validity 1'
convert "$out/mixed.jks" mixed.p12 PKCS12 ''
