"""A SIP socket that sends exactly what it is told: for retransmissions, races and bad messages."""

import re
import socket
import uuid


class Reply:
    def __init__(self, text):
        self.text = text
        head, _, self.body = text.partition("\r\n\r\n")
        self.lines = head.split("\r\n")
        first = self.lines[0]
        self.is_request = not first.startswith("SIP/2.0")
        self.method = first.split(" ")[0] if self.is_request else None
        self.status = None if self.is_request else int(first.split(" ")[1])

    def header(self, name):
        for line in self.lines[1:]:
            key, _, value = line.partition(":")
            if key.strip().lower() == name.lower():
                return value.strip()
        return None

    def headers(self, name):
        return [l.partition(":")[2].strip() for l in self.lines[1:] if l.lower().startswith(name.lower() + ":")]

    def to_tag(self):
        found = re.search(r";tag=([^;>\s]+)", self.header("To") or "")
        return found.group(1) if found else None


class RawSip:
    """One UDP socket, one dialog at a time as the calling side."""

    SDP = (
        "v=0\r\no=raw 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        "m=audio 9 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    )

    def __init__(self, peer_port, host="127.0.0.1"):
        self.peer = (host, peer_port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.host, self.port = self.socket.getsockname()
        self.call_id = uuid.uuid4().hex
        self.tag = uuid.uuid4().hex[:8]

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def request(self, method, user="100", cseq=1, to_tag=None, branch=None, body="", extra=(), cseq_method=None):
        """The text of a request; keep it to send it again."""
        target = f"sip:{user}@{self.peer[0]}:{self.peer[1]}"
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={branch or 'z9hG4bK' + uuid.uuid4().hex[:10]}",
            f"From: <sip:raw@{self.host}:{self.port}>;tag={self.tag}",
            f"To: <{target}>" + (f";tag={to_tag}" if to_tag else ""),
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq} {cseq_method or method}",
            f"Contact: <sip:raw@{self.host}:{self.port}>",
            "Max-Forwards: 70",
            *extra,
        ]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def invite(self, user="100", cseq=1, body=SDP, branch="z9hG4bKinvite1", extra=()):
        return self.request("INVITE", user, cseq, branch=branch, body=body, extra=extra)

    def send(self, text):
        self.socket.sendto(text.encode(), self.peer)

    def receive(self, timeout_s=3.0):
        """The next message, or None."""
        self.socket.settimeout(timeout_s)
        try:
            return Reply(self.socket.recv(65536).decode())
        except socket.timeout:
            return None

    def final(self, method="INVITE", timeout_s=5.0):
        """The next final response to this method; provisional ones are collected in .provisional."""
        self.provisional = []
        while True:
            reply = self.receive(timeout_s)
            if reply is None:
                raise AssertionError(f"no final response to {method}")
            if reply.is_request or method not in (reply.header("CSeq") or ""):
                continue
            if reply.status >= 200:
                return reply
            self.provisional.append(reply)
