"""Python's urllib, http.client and, if installed, requests: two_requests.py BASE-URL FORM [CERTIFICATE]."""
import http.client
import ssl
import sys
import urllib.parse
import urllib.request

base, form = sys.argv[1:3]
certificate = sys.argv[3] if len(sys.argv) > 3 else None
context = ssl.create_default_context(cafile=certificate) if certificate else None
metadata = base + "/.well-known/openid-configuration"
said = [urllib.request.urlopen(metadata, timeout=30, context=context).status]
answer = urllib.request.urlopen(base + "/oauth2/token", data=form.encode(), timeout=30, context=context)
said += [answer.status, b"access_token" in answer.read()]

address = urllib.parse.urlsplit(base).netloc
connection = (http.client.HTTPSConnection(address, timeout=30, context=context) if certificate
              else http.client.HTTPConnection(address, timeout=30))
for body in [None, iter([b"grant_type=", b"unknown"]), None]:
    method, path = ("POST", "/oauth2/token") if body else ("GET", "/health/live")
    connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"},
                       encode_chunked=body is not None)
    answer = connection.getresponse()
    answer.read()
    said.append(answer.status)

try:
    import requests
except ImportError:
    pass
else:
    with requests.Session() as session:
        for _ in range(2):
            assert session.get(metadata, timeout=30, verify=certificate or True).status_code == 200
print(*said)
