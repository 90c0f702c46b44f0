"""Serves the metadata document of a client over TLS.

usage: metadata_document.py PORT CERTIFICATE KEY
"""

import json
import signal
import ssl
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

# The test threads that start this process block every signal, and a child inherits the mask.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
port, certificate, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
document = {
    "client_id": f"https://localhost:{port}/agent.json",
    "client_name": "Agent",
    "redirect_uris": ["http://127.0.0.1:8001/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
    "scope": "reports.read",
}


class Host(BaseHTTPRequestHandler):
    def do_GET(self):
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


server = HTTPServer(("127.0.0.1", port), Host)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
