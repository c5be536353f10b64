"""A registrar of a hundred lines: the phones are tested against it where no edge is wanted."""

import hashlib
import re
import socket
import threading
import uuid

from .rawsip import Reply


class MiniRegistrar:
    """UDP or TCP, digest with qop=auth. Faults are switched on by attributes."""

    def __init__(self, secrets, expires_s=60, port=0, tcp=False):
        self.secrets = secrets
        self.expires_s = expires_s
        self.silent = False  # answers nothing
        self.refuse_with = None  # status for everything
        self.contacts = {}  # user -> contact URI
        self.seen = []  # (user, contact), each accepted one
        self.history = []  # (user, expires, status)
        self._nonces = set()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        if tcp:
            self._socket.listen()
        self._socket.settimeout(0.1)
        self.port = self._socket.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve_tcp if tcp else self._serve, daemon=True)
        self._thread.start()

    def close(self):
        if self._stop.is_set():
            return
        self._stop.set()
        self._thread.join()
        self._socket.close()

    def restart(self):
        """What an edge that lost its memory does: every nonce and contact is gone."""
        self._nonces.clear()
        self.contacts.clear()

    def accepted(self, user):
        return sum(1 for u, expires, status in self.history if u == user and status == 200 and expires > 0)

    def _serve(self):
        while not self._stop.is_set():
            try:
                data, source = self._socket.recvfrom(65536)
            except socket.timeout:
                continue
            request = Reply(data.decode())
            if request.method == "REGISTER" and not self.silent:
                self._socket.sendto(self._answer(request).encode(), source)

    def _serve_tcp(self):
        while not self._stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except socket.timeout:
                continue
            threading.Thread(target=self._serve_connection, args=(connection,), daemon=True).start()

    def _serve_connection(self, connection):
        pending = b""
        with connection:
            while data := connection.recv(65536):
                pending += data
                while b"\r\n\r\n" in pending:  # A REGISTER has no body.
                    text, _, pending = pending.partition(b"\r\n\r\n")
                    request = Reply(text.decode().lstrip())
                    if request.method == "REGISTER" and not self.silent:
                        connection.sendall(self._answer(request).encode())

    def _answer(self, request):
        user = re.search(r"sip:([^@]+)@", request.header("To")).group(1)
        expires = int(request.header("Expires") or self.expires_s)
        status, extra = self._judge(request, user, expires)
        self.history.append((user, expires, status))
        phrase = {200: "OK", 401: "Unauthorized"}.get(status, "Refused")
        lines = [f"SIP/2.0 {status} {phrase}"]
        lines += [f"Via: {v}" for v in request.headers("Via")]
        lines += [f"{n}: {request.header(n)}" for n in ("From", "Call-ID", "CSeq")]
        lines += [f"To: {request.header('To')};tag={uuid.uuid4().hex[:8]}", *extra, "Content-Length: 0"]
        return "\r\n".join(lines) + "\r\n\r\n"

    def _judge(self, request, user, expires):
        if self.refuse_with:
            return self.refuse_with, []
        if not self._proven(request, user):
            nonce = uuid.uuid4().hex
            self._nonces.add(nonce)
            return 401, [f'WWW-Authenticate: Digest realm="test", nonce="{nonce}", algorithm=MD5, qop="auth"']
        contact = re.search(r"<([^>]+)>", request.header("Contact")).group(1)
        if expires == 0:
            self.contacts.pop(user, None)
            return 200, []
        self.contacts[user] = contact
        self.seen.append((user, contact))
        return 200, [f"Contact: <{contact}>;expires={min(expires, self.expires_s)}"]

    def _proven(self, request, user):
        answer = request.header("Authorization")
        if not answer:
            return False
        p = {k: q if q else v for k, q, v in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', answer)}
        if p.get("nonce") not in self._nonces or p.get("username") != user or user not in self.secrets:
            return False
        md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
        ha1 = md5(f"{user}:{p['realm']}:{self.secrets[user]}")
        ha2 = md5(f"REGISTER:{p['uri']}")
        return p["response"] == md5(f"{ha1}:{p['nonce']}:{p['nc']}:{p['cnonce']}:{p['qop']}:{ha2}")
