"""Visits an application that sends its visitors away to sign in, and prints the header X-Person of its page.

usage: application_visit.py NAME PASSWORD URL
"""

import signal
import sys

import requests
from with_person import visit

signal.pthread_sigmask(signal.SIG_SETMASK, [])
name, password, url = sys.argv[1:]
browser = requests.Session()
sent_away = browser.get(url, allow_redirects=False)
page = browser.get(visit(sent_away.headers["Location"], name, password))
print(page.status_code, page.headers.get("X-Person"))
