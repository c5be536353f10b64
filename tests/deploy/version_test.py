"""The version is said once, in CMakeLists.txt; what must repeat it says the same."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# An image of ours with its tag; the Dockerfile's argument; a label that asks for a version.
SAID = re.compile(r"callfleet/[a-z_]+:([\w.-]+)|^ARG VERSION=(\S+)|app\.kubernetes\.io/version: ?\"?([\w.-]+)", re.MULTILINE)


def repeated():
    """(file, version) wherever deploy/ and docker-compose.yml name one."""
    files = [ROOT / "docker-compose.yml", *(p for p in (ROOT / "deploy").rglob("*") if p.is_file())]
    for path in files:
        if path.suffix in ("", ".yml", ".yaml", ".md", ".sh") and "__pycache__" not in path.parts:
            for match in SAID.finditer(path.read_text(errors="replace")):
                yield str(path.relative_to(ROOT)), next(group for group in match.groups() if group)


class Version(unittest.TestCase):
    def test_images_manifests_and_labels_carry_the_version_of_the_build(self):
        wanted = re.search(r"^project\(callfleet VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)[1]
        found = list(repeated())
        self.assertEqual([one for one in found if one[1] != wanted], [])
        for file in ("docker-compose.yml", "deploy/Dockerfile", *(f"deploy/kubernetes/base/{name}.yaml" for name in
                     ("sip-edge", "agent-registry", "queue", "dialer", "supervisor"))):
            self.assertIn(file, {one[0] for one in found}, "names no version any more")


if __name__ == "__main__":
    unittest.main()
