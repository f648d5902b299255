"""Writes target/lambda/NAME-ARCHITECTURE.zip from target/lambda/NAME/bootstrap. Equal binaries give equal zips.

zip_packages.py ARCHITECTURE NAME...
"""

import pathlib
import sys
import zipfile

# The earliest time that a zip can hold. With the current time, each zip would have another hash and be deployed again.
TIME = (1980, 1, 1, 0, 0, 0)
REGULAR_FILE_EXECUTABLE_BY_ALL = 0o100755


def main():
    architecture, *names = sys.argv[1:]
    for name in names:
        folder = pathlib.Path("target/lambda")
        package = folder / f"{name}-{architecture}.zip"
        entry = zipfile.ZipInfo("bootstrap", date_time=TIME)
        entry.external_attr = REGULAR_FILE_EXECUTABLE_BY_ALL << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr(entry, (folder / name / "bootstrap").read_bytes(), compresslevel=9)
        print(f"{package}: {package.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
