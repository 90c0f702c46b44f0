"""A token of the admin API, for the programs beside this file."""

import json
import time
import urllib.parse
import urllib.request
import uuid

from authlib.jose import JsonWebKey, jwt


def access_token(issuer, client_id, key_file, scope):
    """Asks for a token with a signed assertion (RFC 7523), for the admin API alone (RFC 8707)."""
    with open(key_file, "rb") as file:
        key = JsonWebKey.import_key(file.read(), {"kty": "EC"})
    now = int(time.time())
    claims = {
        "iss": client_id, "sub": client_id, "aud": issuer, "jti": str(uuid.uuid4()), "iat": now, "exp": now + 60,
    }
    assertion = jwt.encode({"alg": "ES256"}, claims, key).decode()
    form = {
        "grant_type": "client_credentials", "scope": scope, "resource": issuer + "/admin/v1",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    request = urllib.request.Request(issuer + "/oauth2/token", urllib.parse.urlencode(form).encode())
    with urllib.request.urlopen(request) as response:
        return json.load(response)["access_token"]
