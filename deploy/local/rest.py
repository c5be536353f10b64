"""A client of the REST interface: the envelope, typed errors, uploads."""

import http.client
import json
import urllib.parse
import uuid


class RestError(Exception):
    """An answer with success: false."""

    def __init__(self, status, error):
        super().__init__(f"{status} {json.dumps(error)}")
        self.status = status
        self.error = error if isinstance(error, dict) else {"message": str(error)}


class Rest:
    def __init__(self, port, host="127.0.0.1", timeout_s=30):
        self.host = host
        self.port = port
        self.timeout_s = timeout_s
        self.on_answer = None  # Called with (method, path, status, envelope).

    def raw(self, method, path, body=None, headers=None):
        """(status, bytes); no opinion on either."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_s)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def call(self, method, path, body=None):
        """`data` of the envelope; RestError otherwise."""
        headers = {}
        if body is not None:
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        path = "/api/v1" + path
        return self._open(method, path, *self.raw(method, path, body, headers))

    def get(self, path, **query):
        return self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def put(self, path, body):
        return self.call("PUT", path, body)

    def delete(self, path):
        return self.call("DELETE", path)

    def upload(self, path, file_name, content):
        """A file as curl -F file=@name sends it."""
        boundary = uuid.uuid4().hex
        head = (
            f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; "
            f"filename=\"{file_name}\"\r\nContent-Type: text/csv\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        path = "/api/v1" + path
        return self._open("POST", path, *self.raw("POST", path, body, headers))

    def _open(self, method, path, status, text):
        try:
            envelope = json.loads(text)
        except ValueError:
            raise RestError(status, text.decode(errors="replace")[:500]) from None
        if self.on_answer is not None:
            self.on_answer(method, path, status, envelope)
        if not envelope.get("success"):
            raise RestError(status, envelope.get("error", envelope))
        return envelope.get("data")
