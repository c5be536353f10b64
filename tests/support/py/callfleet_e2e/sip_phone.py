"""An agent's desk phone that a test plays itself: registers by digest, picks up, dials, and says what phones of the farm do not."""

import hashlib
import re
import socket
import threading
import uuid

from .process import wait_until
from .rawsip import RawSip, Reply


class Dialog:
    """One call of the phone; `up` once it is answered, `over` once somebody has hung up."""

    def __init__(self, call_id, local, remote, target):
        self.call_id, self.local, self.remote, self.target = call_id, local, remote, target
        self.cseq, self.up, self.over, self.notified = 1, False, False, []

    def replaces(self):
        """As the other side knows this dialog (RFC 3891 6.1), escaped for a header of a URI."""
        tag = re.compile(r";tag=([^;>\s]+)")
        to, sender = tag.search(self.remote).group(1), tag.search(self.local).group(1)
        return f"{self.call_id}%3Bto-tag%3D{to}%3Bfrom-tag%3D{sender}"


class SipPhone:
    def __init__(self, peer_port, user, secret):
        self.peer, self.user, self.secret = ("127.0.0.1", peer_port), user, secret
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.dialogs, self.answers = {}, {}
        self._closed = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def stop(self):
        self._closed = True
        self._thread.join(2)
        self.socket.close()

    # --- What a person does

    def register(self):
        own = f"<sip:{self.user}@{self.peer[0]}>"
        base = (f"sip:{self.peer[0]}", uuid.uuid4().hex, f"{own};tag={uuid.uuid4().hex[:8]}", own)
        challenge = self._ask("REGISTER", *base, 1, [f"Expires: 60"])
        assert challenge.status == 401, challenge.text
        proof = self._proof(challenge, "REGISTER", base[0])
        assert self._ask("REGISTER", *base, 2, ["Expires: 60", proof]).status == 200

    def dial(self, number):
        """Returns the dialog of an answered call."""
        target = f"sip:{number}@{self.peer[0]}:{self.peer[1]}"
        call_id, local = uuid.uuid4().hex, f"<sip:{self.user}@{self.peer[0]}>;tag={uuid.uuid4().hex[:8]}"
        reply = self._ask("INVITE", target, call_id, local, f"<{target}>", 1, [], RawSip.SDP)
        cseq = 1
        if reply.status in (401, 407):
            self._ack(target, call_id, local, reply.header("To"), 1)
            cseq = 2
            reply = self._ask("INVITE", target, call_id, local, f"<{target}>", 2,
                              [self._proof(reply, "INVITE", target)], RawSip.SDP)
        contact = re.search(r"<([^>]+)>", reply.header("Contact") or f"<{target}>").group(1)
        self._ack(contact if reply.status == 200 else target, call_id, local, reply.header("To"), cseq)
        assert reply.status == 200, reply.text
        dialog = Dialog(call_id, local, reply.header("To"), contact)
        dialog.cseq, dialog.up = cseq, True
        self.dialogs[call_id] = dialog
        return dialog

    def refer(self, dialog, to):
        """The status of the REFER; the NOTIFYs that follow gather in dialog.notified."""
        dialog.cseq += 1
        return self._ask("REFER", dialog.target, dialog.call_id, dialog.local, dialog.remote, dialog.cseq,
                         [f"Refer-To: <{to}>"]).status

    def call(self, timeout_s=15):
        """The dialog of the call that it was rung for and has picked up."""
        return wait_until(lambda: next((d for d in self.dialogs.values() if d.up), None), timeout_s, "a call at the phone")

    # --- Messages

    def _send(self, text):
        self.socket.sendto(text.encode(), self.peer)

    def _request(self, method, target, call_id, sender, to, cseq, extra, body=""):
        lines = [f"{method} {target} SIP/2.0",
                 f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{uuid.uuid4().hex[:12]};rport",
                 f"From: {sender}", f"To: {to}", f"Call-ID: {call_id}", f"CSeq: {cseq} {method}",
                 f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>", "Max-Forwards: 70", *extra]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def _ask(self, method, target, call_id, sender, to, cseq, extra, body=""):
        """Sends it, and again each half second, until the final response."""
        key, text = (call_id, f"{cseq} {method}"), self._request(method, target, call_id, sender, to, cseq, extra, body)
        self._send(text)
        return wait_until(lambda: self.answers.get(key) or (self._again(key, text) and None), 15, f"an answer to {method}", 0.5)

    def _again(self, key, text):
        if not self.answers.get((*key, "provisional")):
            self._send(text)

    def _ack(self, target, call_id, sender, to, cseq):
        self._send(self._request("ACK", target, call_id, sender, to, cseq, []))

    def _proof(self, challenge, method, uri):
        proxy = challenge.status == 407
        told = challenge.header("Proxy-Authenticate" if proxy else "WWW-Authenticate")
        p = {k: q or v for k, q, v in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', told)}
        md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
        ha1, ha2 = md5(f"{self.user}:{p['realm']}:{self.secret}"), md5(f"{method}:{uri}")
        answer = md5(f"{ha1}:{p['nonce']}:00000001:beef:auth:{ha2}") if "qop" in p else md5(f"{ha1}:{p['nonce']}:{ha2}")
        fields = [f'username="{self.user}"', f'realm="{p["realm"]}"', f'nonce="{p["nonce"]}"', f'uri="{uri}"',
                  f'response="{answer}"', "algorithm=MD5"]
        if "qop" in p:
            fields += ["qop=auth", "nc=00000001", 'cnonce="beef"']
        if "opaque" in p:
            fields.append(f'opaque="{p["opaque"]}"')
        return f"{'Proxy-' if proxy else ''}Authorization: Digest " + ", ".join(fields)

    def _listen(self):
        self.socket.settimeout(0.2)
        while not self._closed:
            try:
                text = self.socket.recv(65536).decode()
            except socket.timeout:
                continue
            if not text.strip():
                continue
            message = Reply(text)
            if message.is_request:
                self._serve(message)
                continue
            key = (message.header("Call-ID"), message.header("CSeq"))
            if message.status >= 200:
                self.answers[key] = message
            else:
                self.answers[(*key, "provisional")] = True

    def _serve(self, request):
        call_id, dialog = request.header("Call-ID"), self.dialogs.get(request.header("Call-ID"))
        if request.method == "ACK":
            return
        to, body = request.header("To"), ""
        if request.method == "INVITE" and dialog is None:
            to += f";tag={uuid.uuid4().hex[:8]}"
            contact = re.search(r"<([^>]+)>", request.header("Contact")).group(1)
            dialog = self.dialogs[call_id] = Dialog(call_id, to, request.header("From"), contact)
            dialog.up = True
        elif dialog is not None:
            to = dialog.local
        if request.method == "INVITE":
            body = RawSip.SDP
        if request.method == "NOTIFY" and dialog is not None:
            dialog.notified.append(request.body.strip())
        if request.method == "BYE" and dialog is not None:
            dialog.over = True
        lines = ["SIP/2.0 200 OK", *(f"Via: {via}" for via in request.headers("Via")),
                 f"From: {request.header('From')}", f"To: {to}", f"Call-ID: {call_id}",
                 f"CSeq: {request.header('CSeq')}", f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>"]
        if body:
            lines.append("Content-Type: application/sdp")
        self._send("\r\n".join([*lines, f"Content-Length: {len(body)}"]) + "\r\n\r\n" + body)
