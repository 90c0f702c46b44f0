"""A resource that requires a bearer token and names its authorization server (RFC 9728).

usage: protected_resource.py PORT ISSUER
"""

import json
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

# The test threads that start this process block every signal, and a child inherits the mask.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
port, issuer = int(sys.argv[1]), sys.argv[2]
base = f"http://127.0.0.1:{port}"


class Resource(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body, challenge = 200, {}, None
        if self.path.startswith("/.well-known/oauth-protected-resource"):
            body = {"resource": base + "/mcp", "authorization_servers": [issuer]}
        elif not self.headers.get("Authorization", "").startswith("Bearer "):
            status = 401
            challenge = f'Bearer resource_metadata="{base}/.well-known/oauth-protected-resource/mcp"'
        content = json.dumps(body).encode()
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


HTTPServer(("127.0.0.1", port), Resource).serve_forever()
