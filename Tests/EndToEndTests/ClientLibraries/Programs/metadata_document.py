"""Serves the files of the folder `public` over TLS: the metadata documents of clients, and their key sets.

usage: metadata_document.py PORT CERTIFICATE KEY
"""

import functools
import signal
import ssl
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler

# The test threads that start this process block every signal, and a child inherits the mask.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
port, certificate, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Host(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


server = HTTPServer(("127.0.0.1", port), functools.partial(Host, directory="public"))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
