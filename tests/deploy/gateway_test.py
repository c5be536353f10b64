"""The gateway of docker-compose.yml: it puts the admin's token on requests, so it must not do so for a stranger's page."""
import http.client
import http.server
import json
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
import unittest

GATEWAY = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "docker" / "gateway"


class Supervisor(http.server.BaseHTTPRequestHandler):
    """Answers with the headers that reached it."""

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.dumps({**self.headers, "path": self.path, "body": self.rfile.read(length).decode()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Gateway(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.behind = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Supervisor)
        threading.Thread(target=cls.behind.serve_forever, daemon=True).start()
        cls.folder = tempfile.TemporaryDirectory()
        cls.port = free_port()
        token = pathlib.Path(cls.folder.name) / "token"
        token.write_text("the-admin-token\n")
        cls.child = subprocess.Popen([GATEWAY], env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TOKEN_FILE": str(token), "LISTEN": f"127.0.0.1:{cls.port}",
            "FOLDER": cls.folder.name + "/nginx", "SUPERVISOR": f"127.0.0.1:{cls.behind.server_port}"})
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", cls.port)) == 0:
                    break
            time.sleep(0.02)

    @classmethod
    def tearDownClass(cls):
        cls.child.terminate()
        cls.child.wait()
        cls.behind.shutdown()
        cls.behind.server_close()
        cls.folder.cleanup()

    def ask(self, method="GET", headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request(method, "/api/v1/queues?page=2", body, headers or {})
        answer = connection.getresponse()
        text = json.loads(answer.read())
        connection.close()
        return answer.status, text

    def test_a_request_of_this_machine_gets_the_token(self):
        for host in (f"127.0.0.1:{self.port}", f"localhost:{self.port}", "LOCALHOST", f"[::1]:{self.port}"):
            status, seen = self.ask("POST", {"Host": host}, b"{}")
            self.assertEqual((status, seen["Authorization"], seen["Host"]), (200, "Bearer the-admin-token", host))
            self.assertEqual((seen["path"], seen["body"]), ("/api/v1/queues?page=2", "{}"))

    def test_a_token_of_the_caller_is_not_passed_on(self):
        self.assertEqual(self.ask(headers={"Authorization": "Bearer mine"})[1]["Authorization"], "Bearer the-admin-token")

    def test_another_site_s_mark_reaches_the_supervisor_which_refuses_it(self):
        for name, value in (("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")):
            self.assertEqual(self.ask("POST", {name: value}, b"{}")[1][name], value)

    def test_a_name_that_leads_here_by_a_stranger_s_dns_is_refused(self):
        for host in ("evil.example", f"evil.example:{self.port}", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1"):
            for method in ("GET", "POST"):
                status, answer = self.ask(method, {"Host": host, "Origin": f"http://{host}"})
                self.assertEqual((status, answer["error"]["reason"]), (403, "HOST_NOT_ALLOWED"), host)


if __name__ == "__main__":
    unittest.main()
