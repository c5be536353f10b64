"""Builds the images that docker-compose.yml names; says which of the others are there."""
import os
import pathlib
import subprocess
import time

import yaml

from docker_daemon import client, docker, has_image

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUBSTITUTES = {"postgres": "callfleet-test/postgres", "prometheus": "callfleet-test/prometheus"}


def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def ours():
    """image -> target of deploy/Dockerfile, each once."""
    return {one["image"]: one["build"]["target"] for one in services().values() if "build" in one}


def make_base(name):
    """Of Debian's packages, where the image is not there already: debian:SUITE-slim."""
    if has_image(name):
        return
    suite = name.split(":")[1].split("-")[0]
    boot = subprocess.Popen(["mmdebstrap", "--quiet", "--variant=minbase", suite, "-"], stdout=subprocess.PIPE)
    subprocess.run([client(), "import", "-", name], stdin=boot.stdout, check=True, stdout=subprocess.DEVNULL)
    if boot.wait() != 0:
        docker("rmi", name)
        raise SystemExit(f"mmdebstrap {suite} failed")


def build(context, file, target, image, base):
    began = time.monotonic()
    command = [client(), "build", "--network=host", "--progress=plain", "--build-arg", f"DEBIAN={base}", "-f", file,
               "--target", target, "-t", image]
    if os.environ.get("JOBS"):
        command += ["--build-arg", f"JOBS={os.environ['JOBS']}"]
    done = subprocess.run([*command, context], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout[-8000:]}\nbuilding {image} failed")
    size = int(docker("image", "inspect", "-f", "{{.Size}}", image)) / 1e6
    print(f"  {image}: {size:.0f} MB, {time.monotonic() - began:.0f} s", flush=True)


def build_all(base):
    make_base(base)
    for image, target in ours().items():
        build(ROOT, ROOT / "deploy" / "Dockerfile", target, image, base)
    folder = ROOT / "tests" / "deploy" / "substitutes"
    for service, image in SUBSTITUTES.items():
        if not has_image(services()[service]["image"]):
            build(folder, folder / "Dockerfile", service, image, base)


def replaced():
    """{service: substitute} for those whose own image is not there."""
    return {service: image for service, image in SUBSTITUTES.items() if not has_image(services()[service]["image"])}


def missing():
    """Services whose image is neither there nor replaced."""
    return [name for name, one in services().items()
            if not has_image(one["image"]) and name not in SUBSTITUTES]
