"""ZIP files for tests."""

import io
import zipfile


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """The bytes of a ZIP file with these files; always the same bytes, since they are part of tests' names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)  # of 1980
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
