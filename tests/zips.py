"""ZIP files for tests."""

import io
import zipfile


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """The bytes of a ZIP file with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
