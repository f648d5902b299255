"""Downloads the packages of a release into target/packages/VERSION, and checks them against its SHA256SUMS.

download.py VERSION [ARCHITECTURE]

The release is that of the repository that this checkout was cloned from. STANDINGS_RELEASES names another place, such
as a mirror of the organization: the URL below which there is a folder for each version. Needs Python only.
"""

import hashlib
import os
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.request

FUNCTIONS = ["recompute", "slash-command"]


def releases():
    """Returns the URL of the folders of all releases."""
    if place := os.environ.get("STANDINGS_RELEASES"):
        return place.rstrip("/")
    remote = subprocess.run(["git", "remote", "get-url", "origin"], capture_output=True, text=True).stdout.strip()
    if not (found := re.search(r"github\.com[:/](.+?/.+?)(\.git)?$", remote)):
        sys.exit(
            "download: this checkout does not come from GitHub, so that its releases are not known.\n"
            "Set STANDINGS_RELEASES to the URL that has a folder for each version."
        )
    return f"https://github.com/{found[1]}/releases/download"


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return response.read()
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        sys.exit(f"download: {url}: {error}")


def main():
    version, *architectures = sys.argv[1:]
    base = f"{releases()}/{version}"
    folder = pathlib.Path("target/packages") / version
    folder.mkdir(parents=True, exist_ok=True)
    lines = fetch(f"{base}/SHA256SUMS").decode().splitlines()
    sums = {name.lstrip("*"): digest for digest, name in (line.split(maxsplit=1) for line in lines if line.strip())}
    for architecture in architectures or ["arm64", "x86_64"]:
        for function in FUNCTIONS:
            name = f"{function}-{architecture}.zip"
            if name not in sums:
                sys.exit(f"download: {base}/SHA256SUMS does not list {name}")
            content = fetch(f"{base}/{name}")
            digest = hashlib.sha256(content).hexdigest()
            if digest != sums[name]:
                sys.exit(f"download: {base}/{name} has the SHA-256 sum {digest}, not {sums[name]} as in SHA256SUMS")
            # Only a checked package gets its name.
            (folder / name).write_bytes(content)
            print(f"{folder / name}: {len(content) / 1e6:.1f} MB, checked")


if __name__ == "__main__":
    main()
