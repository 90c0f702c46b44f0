"""A peer that speaks HTTP/2 frame by frame: http2_peer.py WHAT PORT [PROCESS].

Prints how it ended: "closed" for the connection, "reset" for the stream, "open" if neither happened within two minutes.
"""
import os
import select
import signal
import socket
import ssl
import sys
import time

import hpack
from hyperframe.frame import (ContinuationFrame, DataFrame, Frame, GoAwayFrame, HeadersFrame, PingFrame, RstStreamFrame,
                              SettingsFrame, WindowUpdateFrame)

PATIENCE = 120


class Closed(Exception):
    pass


class Peer:
    def __init__(self, port, window=65535, receive_buffer=None):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        plain = socket.socket()
        if receive_buffer:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        plain.connect(("127.0.0.1", port))
        self.socket = context.wrap_socket(plain)
        assert self.socket.selected_alpn_protocol() == "h2"
        self.encoder = hpack.Encoder()
        self.decoder = hpack.Decoder()
        self.received = b""
        self.end = time.monotonic() + PATIENCE
        self.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.write(SettingsFrame(0, {SettingsFrame.INITIAL_WINDOW_SIZE: window}).serialize())
        self.write(self.acknowledgement())

    @staticmethod
    def acknowledgement():
        return SettingsFrame(0, flags=["ACK"]).serialize()

    def write(self, data):
        self.socket.settimeout(max(0.1, self.end - time.monotonic()))
        try:
            self.socket.sendall(data)
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed from error

    def headers(self, stream, fields=None, flags=("END_HEADERS", "END_STREAM"), method="GET", path="/health/live"):
        fields = fields or []
        first = [(":method", method), (":path", path), (":scheme", "https"), (":authority", "as.example")]
        frame = HeadersFrame(stream, self.encoder.encode(first + fields), flags=list(flags))
        return frame.serialize()

    def frames(self):
        """Frames until the connection ends."""
        while True:
            while len(self.received) >= 9:
                frame, length = Frame.parse_frame_header(memoryview(self.received[:9]))
                if len(self.received) < 9 + length:
                    break
                frame.parse_body(memoryview(self.received[9:9 + length]))
                self.received = self.received[9 + length:]
                yield frame
            self.socket.settimeout(max(0.1, self.end - time.monotonic()))
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                raise
            except OSError as error:
                raise Closed from error
            if not data:
                raise Closed
            self.received += data

    def until_closed(self):
        for _ in self.frames():
            pass

    def flood(self, data):
        """Sends the same data until the server closes; reads what arrives, as honest peers do."""
        while time.monotonic() < self.end:
            self.write(data)
            self.read_what_is_there()
        raise TimeoutError

    def read_what_is_there(self):
        while self.socket.pending() or select.select([self.socket], [], [], 0)[0]:
            try:
                if not self.socket.recv(65536):
                    raise Closed
            except TimeoutError:
                raise
            except OSError as error:
                raise Closed from error


def rapid_reset(port):
    peer = Peer(port)
    for stream in range(1, 200_000, 2):
        peer.write(peer.headers(stream) + RstStreamFrame(stream, 8).serialize())
        peer.read_what_is_there()
    peer.until_closed()


def continuation_flood(port):
    peer = Peer(port)
    peer.write(peer.headers(1, flags=["END_STREAM"]))
    block = hpack.Encoder().encode([(f"x-{number}", "y" * 100) for number in range(10)], huffman=False)
    peer.flood(ContinuationFrame(1, block).serialize())


def ping_flood(port):
    Peer(port).flood(PingFrame(0, b"01234567").serialize() * 100)


def settings_flood(port):
    Peer(port).flood(SettingsFrame(0, {SettingsFrame.HEADER_TABLE_SIZE: 4096}).serialize() * 100)


def empty_data_flood(port):
    peer = Peer(port)
    peer.write(peer.headers(1, flags=["END_HEADERS"], method="POST", path="/oauth2/token"))
    peer.flood(DataFrame(1, b"").serialize() * 100)


def window_update_flood(port):
    Peer(port).flood(WindowUpdateFrame(0, 1).serialize() * 100)


def many_streams(port):
    peer = Peer(port)
    for stream in range(1, 20_001, 2):
        peer.write(peer.headers(stream, flags=["END_HEADERS"], method="POST", path="/oauth2/token"))
    peer.until_closed()


def huge_header_list(port):
    peer = Peer(port)
    # One field of 4,000 bytes in the HPACK table, referenced 3,000 times a stream with a byte or two each.
    field = ("x", "y" * 3900)
    peer.write(peer.headers(1, [field]))
    for stream in range(3, 203, 2):
        peer.write(peer.headers(stream, [field] * 3000))
    peer.until_closed()


def unread_answers(port):
    peer = Peer(port, window=2**31 - 1, receive_buffer=2048)
    peer.write(WindowUpdateFrame(0, 2**31 - 1 - 65535).serialize())
    stream = 1
    while time.monotonic() < peer.end:
        batch = b"".join(
            peer.headers(stream + 2 * number, method="HEAD", path="/errors/malformed") for number in range(20))
        stream += 40
        peer.write(batch)
        # Slow enough for the server to answer these before the next arrive.
        time.sleep(0.01)
    raise TimeoutError


def until_reset(peer, stream):
    try:
        for frame in peer.frames():
            if isinstance(frame, RstStreamFrame) and frame.stream_id == stream:
                return "reset"
    except Closed:
        # The stream ended with its connection.
        return "reset"


def unfinished_stream(port):
    peer = Peer(port)
    peer.write(peer.headers(1, flags=["END_HEADERS"], method="POST", path="/oauth2/token"))
    return until_reset(peer, 1)


def no_window(port):
    peer = Peer(port, window=0)
    peer.write(peer.headers(1))
    return until_reset(peer, 1)


def smuggled_fields(port):
    """RFC 9113 section 8.2: fields that would change their meaning in HTTP/1.1."""
    for field in [("transfer-encoding", "chunked"), ("connection", "close"), ("x", "a\r\nb: c"), ("X", "a")]:
        peer = Peer(port)
        frame = HeadersFrame(1, flags=["END_HEADERS", "END_STREAM"])
        frame.data = peer.encoder.encode(
            [(":method", "GET"), (":path", "/health/live"), (":scheme", "https"), (":authority", "a"), field])
        peer.write(frame.serialize())
        for received in endless(peer):
            if received is None or isinstance(received, (RstStreamFrame, GoAwayFrame)):
                break
            if isinstance(received, HeadersFrame):
                status = dict(peer.decoder.decode(received.data))[":status"]
                if status == "200":
                    return f"200 for {field}"
                break
    return "reset"


def endless(peer):
    try:
        yield from peer.frames()
    except Closed:
        yield None


def silence(port):
    peer = Peer(port)
    peer.until_closed()


def after_goaway(port):
    """Keeps opening streams after GOAWAY, always with one open."""
    peer = Peer(port)
    peer.write(peer.headers(1, flags=["END_HEADERS"], method="POST", path="/oauth2/token"))
    stream = 3
    while time.monotonic() < peer.end:
        peer.write(b"".join(peer.headers(stream + 2 * number) for number in range(20)))
        stream += 40
        if stream % 400 < 40:
            peer.write(peer.headers(stream, flags=["END_HEADERS"], method="POST", path="/oauth2/token"))
            stream += 2
        answered = 0
        for frame in peer.frames():
            if "END_STREAM" in frame.flags:
                answered += 1
                if answered == 20:
                    break
    raise TimeoutError


def drain(port, process):
    peer = Peer(port)
    peer.write(peer.headers(
        1, [("content-type", "application/x-www-form-urlencoded"), ("content-length", "18")], flags=["END_HEADERS"],
        method="POST", path="/oauth2/token"))
    # Its answer shows that the stream before it has been read.
    peer.write(peer.headers(3))
    said = []
    try:
        for frame in peer.frames():
            if isinstance(frame, HeadersFrame):
                status = dict(peer.decoder.decode(frame.data))[":status"]
                if frame.stream_id == 3:
                    os.kill(process, signal.SIGTERM)
                else:
                    said.append(status)
            elif isinstance(frame, GoAwayFrame) and not said:
                said.append("goaway")
                peer.write(DataFrame(1, b"grant_type=unknown", flags=["END_STREAM"]).serialize())
    except Closed:
        return " ".join(said + ["closed"])


class Upload:
    """A stream of a connection on which the windows of RFC 9113 section 5.2 are observed."""

    def __init__(self, peer, stream, announced=None, proof=True, expects=False):
        self.peer, self.stream, self.said, self.body, self.done = peer, stream, [], b"", False
        self.reset = False
        if not hasattr(peer, "window"):
            peer.window, peer.initial, peer.uploads = 65535, 65535, {}
        self.window = peer.initial
        peer.uploads[stream] = self
        fields = [("content-length", str(announced))] if announced is not None else []
        fields += [("authorization", "Bearer good")] if proof else []
        fields += [("expect", "100-continue")] if expects else []
        peer.write(peer.headers(stream, fields, flags=["END_HEADERS"], method="POST", path="/files"))

    def read(self):
        """One frame, for whichever upload it is."""
        peer = self.peer
        frame = next(peer.frames())
        upload = peer.uploads.get(frame.stream_id)
        if isinstance(frame, WindowUpdateFrame):
            if upload:
                upload.window += frame.window_increment
            else:
                peer.window += frame.window_increment
        elif isinstance(frame, SettingsFrame) and SettingsFrame.INITIAL_WINDOW_SIZE in frame.settings:
            change = frame.settings[SettingsFrame.INITIAL_WINDOW_SIZE] - peer.initial
            peer.initial += change
            for known in peer.uploads.values():
                known.window += change
        elif isinstance(frame, HeadersFrame):
            upload.said.append(dict(peer.decoder.decode(frame.data))[":status"])
        elif isinstance(frame, DataFrame):
            upload.body += frame.data
        elif isinstance(frame, RstStreamFrame):
            upload.reset = upload.done = True
        if upload and "END_STREAM" in frame.flags:
            upload.done = True

    def send(self, length, ends=True):
        while length and not self.done:
            size = min(length, 16384, self.window, self.peer.window)
            if size <= 0:
                self.read()
                continue
            length -= size
            flags = ["END_STREAM"] if ends and not length else []
            self.peer.write(DataFrame(self.stream, b"a" * size, flags=flags).serialize())
            self.window -= size
            self.peer.window -= size

    def answer(self):
        while not self.done:
            self.read()
        print(*self.said, self.body.decode())


def large_bodies(port):
    """Needs the server of LargeBodyTests."""
    peer = Peer(port)
    stream = 1
    for length, announced, proof in [
            (65537, 65537, True), (65537, None, False), (1572864, None, True), (1572865, None, True)]:
        upload = Upload(peer, stream, announced, proof)
        upload.send(length)
        upload.answer()
        stream += 2
    upload = Upload(peer, stream, 70000, expects=True)
    while not upload.said:
        upload.read()
    upload.send(70000)
    upload.answer()
    # The final status comes without the body.
    Upload(peer, stream + 2, 70000, proof=False, expects=True).answer()
    stream += 4

    def honest(peer, stream):
        upload = Upload(peer, stream, 1572864)
        upload.send(1572864)
        upload.answer()

    for _ in range(8):
        Upload(peer, stream, 1572864).send(80000, ends=False)
        peer.write(RstStreamFrame(stream, 8).serialize())
        stream += 2
    print("8 reset")
    honest(peer, stream)
    ended = 0
    for _ in range(8):
        # RFC 9113 section 8.1.1: malformed, which ends the stream or the connection.
        try:
            upload = Upload(Peer(port), 1, 1572864)
            upload.send(80000)
            while not upload.done:
                upload.read()
            ended += upload.reset
        except Closed:
            ended += 1
    print(ended, "short")
    honest(Peer(port), 1)
    sys.exit()


ATTACKS = {
    "large-bodies": large_bodies,
    "rapid-reset": rapid_reset, "continuation-flood": continuation_flood, "ping-flood": ping_flood,
    "settings-flood": settings_flood, "empty-data-flood": empty_data_flood,
    "window-update-flood": window_update_flood, "10000-streams": many_streams, "huge-header-list": huge_header_list,
    "unread-answers": unread_answers, "unfinished-stream": unfinished_stream, "no-window": no_window,
    "silence": silence, "after-goaway": after_goaway, "smuggled-fields": smuggled_fields, "drain": drain,
}

try:
    print(ATTACKS[sys.argv[1]](*map(int, sys.argv[2:])) or "open")
except Closed:
    print("closed")
except TimeoutError:
    print("open")
