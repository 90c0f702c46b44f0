"""A token endpoint with Authlib: private_key_jwt, client_credentials, JWT access tokens, following its documentation."""

import json
import os
import threading
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Flask
from joserfc.jwk import ECKey, KeySet

ISSUER = os.environ["ISSUER"]
SIGNING_KEY = ECKey.generate_key("P-256", {"kid": "1", "use": "sig", "alg": "ES256"})


class Client(ClientMixin):
    def __init__(self, client_id, key_set):
        self.client_id = client_id
        self.keys = KeySet.import_key_set(key_set)

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return ""

    def get_allowed_scope(self, scope):
        return scope if scope == "bench.read" else ""

    def check_endpoint_auth_method(self, method, endpoint):
        return method == ClientAssertion.CLIENT_AUTH_METHOD

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"


class UsedIdentifiers:
    """An in-memory set of used jtis with their expiry."""

    def __init__(self):
        self.expiry = {}
        self.next_sweep = 0
        self.lock = threading.Lock()

    def add(self, client_id, jti, expiry):
        now = time.time()
        with self.lock:
            if now > self.next_sweep:
                self.expiry = {key: end for key, end in self.expiry.items() if end > now}
                self.next_sweep = now + 60
            if (client_id, jti) in self.expiry:
                return False
            self.expiry[client_id, jti] = expiry + 60
            return True


class ClientAssertion(JWTBearerClientAssertion):
    def get_audiences(self):
        return [ISSUER, ISSUER + "/oauth2/token"]

    def validate_jti(self, claims, jti):
        return used.add(claims["sub"], jti, claims["exp"])

    def resolve_client_public_key(self, client):
        return client.keys


class TokenGenerator(JWTBearerTokenGenerator):
    def get_jwks(self):
        return SIGNING_KEY


used = UsedIdentifiers()
with open(os.environ["KEY_SET"], encoding="utf-8") as file:
    clients = {os.environ["CLIENT"]: Client(os.environ["CLIENT"], json.load(file))}

app = Flask("authlib_server")
server = AuthorizationServer(app, query_client=clients.get, save_token=lambda token, request: None)
server.register_client_auth_method(ClientAssertion.CLIENT_AUTH_METHOD, ClientAssertion())
server.register_grant(grants.ClientCredentialsGrant)
grants.ClientCredentialsGrant.TOKEN_ENDPOINT_AUTH_METHODS = [ClientAssertion.CLIENT_AUTH_METHOD]
server.register_token_generator("default", TokenGenerator(ISSUER, alg="ES256"))


@app.post("/oauth2/token")
def token():
    return server.create_token_response()


@app.get("/health/ready")
def ready():
    return {"status": "ready"}
