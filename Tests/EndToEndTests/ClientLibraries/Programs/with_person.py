"""Runs a program beside a person with a browser.

Where the program asks for the address that the browser ends at, the person opens the URL of the question, signs in, allows what is asked, and
types the address outside the server that the browser was sent to. Where the program opens a browser, the browser also loads that address.

usage: with_person.py NAME PASSWORD PROGRAM [ARGUMENT...]
       with_person.py NAME PASSWORD --visit URL
"""

import os
import shlex
import signal
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import requests


class Forms(HTMLParser):
    """The forms of a page: action, fields by name, and the named buttons."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.forms.append({"action": values.get("action", ""), "fields": {}, "types": {}, "buttons": []})
        elif tag in ("input", "button") and self.forms:
            form, name, value = self.forms[-1], values.get("name"), values.get("value") or ""
            type_ = values.get("type", "submit" if tag == "button" else "text")
            if type_ == "submit":
                form["buttons"].append((name, value))
            elif name:
                form["fields"][name], form["types"][name] = value, type_


def answers(form, name, password):
    """Returns what the person sends with a form, or nothing if it is not for them."""
    fields = dict(form["fields"])
    if "password" in form["types"].values():
        for field, type_ in form["types"].items():
            if type_ == "password":
                fields[field] = password
            elif type_ in ("text", "email"):
                fields[field] = name
        return fields
    for button in [("answer", "allow"), ("answer", "sign_out")]:
        if button in form["buttons"]:
            return fields | dict([button])
    return None


def visit(url, name, password):
    """Returns the address outside the server that the browser ends at."""
    browser = requests.Session()
    origin = urlsplit(url)[:2]
    fields = None
    for _ in range(10):
        if urlsplit(url)[:2] != origin:
            return url if fields is None else url + "?" + urlencode(fields)
        if fields is None:
            response = browser.get(url, allow_redirects=False)
        else:
            headers = {"Origin": "://".join(origin), "Sec-Fetch-Site": "same-origin"}
            response = browser.post(url, fields, headers=headers, allow_redirects=False)
        fields = None
        if response.is_redirect:
            url = urljoin(url, response.headers["Location"])
            continue
        for form in Forms(response.text).forms:
            target = urljoin(url, form["action"])
            # The page that posts an answer to the client needs no person.
            sent = form["fields"] if urlsplit(target)[:2] != origin else answers(form, name, password)
            if sent is not None:
                url, fields = target, sent
                break
        else:
            raise SystemExit(f"nothing to do on {url}: {response.status_code} {response.text}")
    raise SystemExit(f"too many pages, the last: {url}")


def run(command, person):
    """Runs a program whose questions the person answers, and returns its status."""
    browser = [sys.executable, os.path.abspath(__file__), *person, "--visit"]
    environment = os.environ | {"BROWSER": shlex.join(browser) + " %s &", "PYTHONUNBUFFERED": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as program:
        for line in program.stdout:
            print(line, end="", flush=True)
            if line.startswith("Sign in at "):
                program.stdin.write(visit(line.split()[3], *person) + "\n")
                program.stdin.flush()
    return program.returncode


if __name__ == "__main__":
    # The test threads that start this process block every signal, and a child inherits the mask.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    person, command = sys.argv[1:3], sys.argv[3:]
    if command[0] == "--visit":
        requests.get(visit(command[1], *person))
    else:
        sys.exit(run(command, person))
