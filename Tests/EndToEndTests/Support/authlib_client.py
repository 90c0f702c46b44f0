"""Fetches a token with Authlib's own PrivateKeyJWT, which signs and sends the assertion by itself.

usage: authlib_client.py TOKEN_ENDPOINT CLIENT_ID PRIVATE_KEY_PEM ALGORITHM
"""

import os
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, OKPKey, RSAKey

endpoint, client_id, key_file, algorithm = sys.argv[1:]
with open(key_file, encoding="ascii") as file:
    # Authlib takes a bare PEM text for an RSA key.
    key = {"RS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey}[algorithm].import_key(file.read())
session = OAuth2Session(client_id, key, token_endpoint_auth_method=PrivateKeyJWT(endpoint, alg=algorithm))
token = session.fetch_token(endpoint, grant_type="client_credentials")
print(token["token_type"], token["scope"])
