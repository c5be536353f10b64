"""SIP over TLS and SRTP: baresip as a phone that speaks nothing else, and a carrier behind a certificate."""

import socket
import ssl
import subprocess
import threading
import unittest

from baresip_test import BaresipHouse
from callfleet_e2e import wait_until

from deploy.local import campaign


class SecureHouse(BaresipHouse):
    carrier = [{"do": "answer", "ring_ms": 100, "talk_ms": 2000}]

    def before_services(self):
        super().before_services()
        self.tls = self.folder / "tls"
        self.tls.mkdir()
        self.authority = self.key_pair("authority", ["-x509", "-subj", "/CN=Test authority"])
        self.certify("agent", "DNS:edge.test,IP:127.0.0.1")
        (self.tls / "cafile.pem").write_text((self.tls / "authority.crt").read_text())
        self.tls_port = self.house.ports.one()
        self.house.more_flags["sip_edge"] = ["--sip_tls_port", str(self.tls_port), "--sip_tls_folder", str(self.tls)]

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.tls, check=True, capture_output=True)

    def key_pair(self, name, more):
        out = f"{name}.crt" if "-x509" in more else f"{name}.csr"
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", out, "-days", "2", *more)
        return self.tls / out

    def certify(self, name, names):
        """NAME.pem: a certificate for these names, by the authority, then its key."""
        self.key_pair(name, ["-subj", f"/CN={name}"])
        (self.tls / "names").write_text(f"subjectAltName={names}\n")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "authority.crt", "-CAkey", "authority.key",
                     "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", f"{name}.crt")
        both = (self.tls / f"{name}.crt").read_text() + (self.tls / f"{name}.key").read_text()
        (self.tls / f"{name}.pem").write_text(both)
        return self.tls / f"{name}.pem"


class Phone(SecureHouse):
    more_account = ";mediaenc=srtp-mand"

    def registrar(self):
        return f"127.0.0.1:{self.tls_port};transport=tls"

    def test_a_phone_over_tls_with_nothing_but_srtp_and_a_customer_hear_each_other(self):
        self.trunk()
        made = campaign.create_agent(self.rest, "bea", mediaSecurity="required")
        self.assertEqual(made["mediaSecurity"], "required")
        self.more_config = f"module srtp.so\nsip_cafile {self.tls / 'cafile.pem'}\n"
        self.baresip(made["sipUser"], made["sipSecret"])
        self.wait_presence(made["id"], "ready")
        self.assertIn("transport=tls", self.rest.get(f"/agents/{made['id']}")["contact"].lower())
        run = self.campaign([made["id"]], leads=1)
        self.assertEqual(self.wait_campaign(run)["by_outcome"], {"completed": 1})
        call = self.settled_report(calls=True)["carrier"]["calls"][0]
        self.assertIn("600+700", [heard["tone"] for heard in call["heard"]], call)
        low, high = (int(hz) for hz in call["tone"].split("+"))
        heard = self.heard()
        self.assertGreater(self.share(heard, low) + self.share(heard, high), 0.5)


class Trunk(SecureHouse):
    def carrier_over_tls(self, names):
        return TlsCarrier(self, self.certify("carrier", names))

    def route(self, carrier):
        return {"host": "localhost", "port": carrier.port, "transport": "tls", "priority": 1}

    def completed(self):
        return self.wait_campaign(self.campaign([self.machine("robot", 1)], leads=1))["by_outcome"] == {"completed": 1}

    def test_a_trunk_behind_a_certificate_of_its_name_is_dialled_with_srtp(self):
        carrier = self.carrier_over_tls("DNS:localhost")
        self.trunk(routes=[self.route(carrier)], mediaSecurity="required")
        self.assertTrue(self.completed())
        self.assertIn("RTP/SAVP", carrier.invite)
        self.assertIn("a=crypto:", carrier.invite)
        self.assertIn("SIP/2.0/TLS", carrier.invite)
        self.assertEqual(carrier.version, "TLSv1.3")

    def test_behind_a_certificate_of_another_name_nothing_is_said_and_the_next_route_is_taken(self):
        carrier = self.carrier_over_tls("DNS:other.test")
        plain = {"host": "127.0.0.1", "port": self.phones.carrier_port, "transport": "udp", "priority": 2}
        self.trunk(routes=[self.route(carrier), plain])
        self.assertTrue(self.completed())
        self.assertEqual(carrier.version, "TLSv1.3")  # It was connected to,
        self.assertIsNone(carrier.invite)  # and told nothing.


class TlsCarrier:
    """Answers one call over TLS, takes the first key that is offered, and hangs up after a second."""

    def __init__(self, test, certificate):
        self.invite = self.version = None
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        test.addCleanup(self.listener.close)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.connection, args=(plain,), daemon=True).start()

    def connection(self, plain):
        try:
            with self.context.wrap_socket(plain, server_side=True) as wire:
                self.version = wire.version()
                for message in self.messages(wire):
                    self.on(wire, message)
        except OSError:
            pass  # It would not talk with us.

    @staticmethod
    def messages(wire):
        data = b""
        while piece := wire.recv(65536):
            data += piece
            while b"\r\n\r\n" in data:
                head, rest = data.split(b"\r\n\r\n", 1)
                length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                               if line.lower().startswith((b"content-length:", b"l:"))), 0)
                if len(rest) < length:
                    break
                yield (head + b"\r\n\r\n" + rest[:length]).decode()
                data = rest[length:]

    def on(self, wire, message):
        method = message.split()[0]
        if method in ("OPTIONS", "BYE", "CANCEL"):
            wire.sendall(self.reply(message, "200 OK"))
        if method == "ACK":
            threading.Timer(1.0, lambda: wire.sendall(self.bye(self.invite))).start()
        if method == "INVITE":
            self.invite = message
            crypto = next((line for line in message.splitlines() if line.startswith("a=crypto:")), None)
            body = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    f"m=audio 49170 RTP/{'S' if crypto else ''}AVP 0\r\n" + (f"{crypto}\r\n" if crypto else ""))
            wire.sendall(self.reply(message, "180 Ringing"))
            wire.sendall(self.reply(message, "200 OK", body))

    @staticmethod
    def field(message, name):
        return [line for line in message.splitlines() if line.lower().startswith(name.lower() + ":")]

    def reply(self, request, status, body=""):
        lines = [f"SIP/2.0 {status}", *self.field(request, "Via"), *self.field(request, "From"),
                 self.field(request, "To")[0] + ("" if "tag=" in self.field(request, "To")[0] else ";tag=carrier"),
                 *self.field(request, "Call-ID"), *self.field(request, "CSeq"),
                 f"Contact: <sip:carrier@127.0.0.1:{self.port};transport=tls>",
                 *(["Content-Type: application/sdp"] if body else []), f"Content-Length: {len(body)}", "", body]
        return "\r\n".join(lines).encode()

    def bye(self, invite):
        contact = self.field(invite, "Contact")[0].split("<")[1].split(">")[0]
        swap = {"From": self.field(invite, "To")[0][3:] + ";tag=carrier", "To": self.field(invite, "From")[0][5:]}
        lines = [f"BYE {contact} SIP/2.0", f"Via: SIP/2.0/TLS 127.0.0.1:{self.port};branch=z9hG4bKbye", "Max-Forwards: 70",
                 f"From:{swap['From']}", f"To:{swap['To']}", *self.field(invite, "Call-ID"), "CSeq: 1 BYE",
                 "Content-Length: 0", "", ""]
        return "\r\n".join(lines).encode()


if __name__ == "__main__":
    unittest.main()
