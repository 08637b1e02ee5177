"""A form that adds a model in the official format to the visit."""

from pathlib import Path

import streamlit as st

from elmo.errors import ElmoError, InputError
from elmo.limits import MAX_MODEL_UPLOAD_BYTES, VISIT_KEPT_SECONDS
from elmo.store.archive import unpack_model
from elmo.store.store import suggested_name
from elmo.views.numbers import whole
from elmo.views.sentences import plain
from ui.shared import callbacks, keys, model, temporary, visit

_ZIP = "model.zip"
_FILES = {
    _ZIP: ("zip", "A ZIP with options.json and one .hdf5, such as NLPL's"),
    "options.json": ("json", "Or its files: options.json"),
    "weights.hdf5": ("hdf5", "weights.hdf5"),
    "softmax.hdf5": ("hdf5", "softmax.hdf5, to predict words (may be missing)"),
    "vocab.txt": ("txt", "vocab.txt, with softmax.hdf5"),
}


def form() -> None:
    """Draw the form; a model whose files are correct is added and chosen."""
    st.markdown(
        "Files in the official format. They stay on this machine, only you see the model, and it "
        f"is deleted {VISIT_KEPT_SECONDS // 3600} hours after you close the page."
    )
    with st.form("add_model", border=False):
        columns = [column for _ in range(3) for column in st.columns(2)]  # read row by row
        files = {
            name: column.file_uploader(
                label,
                type=[kind],
                key=f"add_model_{name}",
                max_upload_size=MAX_MODEL_UPLOAD_BYTES // 1024**2,
            )
            for column, (name, (kind, label)) in zip(columns, _FILES.items(), strict=False)
        }
        if message := st.session_state.pop("add_model_message", None):
            kind, text = message
            (st.success if kind == "added" else st.error)(plain(text))
        st.text_input("Name", key="add_model_name", placeholder="my-model")
        st.form_submit_button("Add", on_click=callbacks.guard(_add), args=(list(files),))


def _add(file_names: list[str]) -> None:
    """Add the model before the page runs, so that the select box of models has it."""
    uploads = {name: st.session_state.get(f"add_model_{name}") for name in file_names}
    try:
        name = _store(uploads, st.session_state.get("add_model_name", ""))
    except ElmoError as error:
        st.session_state["add_model_message"] = ("failed", str(error))
        return
    st.session_state[keys.MODEL] = name
    st.session_state["add_model_message"] = ("added", f"{name} is added and in use.")


def _store(uploads: dict, wanted_name: str) -> str:
    """Check the files and add the model; gives its name."""
    archive, files = uploads[_ZIP], {name: uploads[name] for name in _FILES if name != _ZIP}
    named = [name for name, upload in files.items() if upload is not None]
    if archive is not None and named:
        raise InputError(
            f"{archive.name} and {' and '.join(named)} are given; give the ZIP alone, or the files."
        )
    missing = [name for name in ("options.json", "weights.hdf5") if name not in named]
    if archive is None and missing:
        raise InputError(
            f"{' and '.join(missing)} missing; a model needs both files, or a ZIP of them."
        )
    for upload in uploads.values():
        if upload is not None and upload.size > MAX_MODEL_UPLOAD_BYTES:
            raise InputError(
                f"{upload.name} has {whole(upload.size / 1024**2)} MB, at most "
                f"{MAX_MODEL_UPLOAD_BYTES // 1024**2:,} MB are taken here; put it into the store "
                "with `python -m elmo download`, or name it on the command line."
            )
    total = sum(upload.size for upload in uploads.values() if upload is not None)
    visit.room_for(total, "The model")
    store = model.store_to_add_to()
    name = wanted_name.strip() or suggested_name(Path((archive or files["weights.hdf5"]).name).stem)
    store.check_new_name(name)
    with temporary.folder("upload") as folder:
        packed = Path(folder) / "packed" / suggested_name(archive.name if archive else _ZIP)
        packed.parent.mkdir()
        for file_name, upload in uploads.items():
            if upload is not None:
                place = packed if file_name == _ZIP else Path(folder) / file_name
                with place.open("wb") as file:
                    upload.seek(0)
                    while part := upload.read(1024**2):
                        file.write(part)
        if archive is not None:
            unpack_model(packed, Path(folder))
            packed.unlink()
            visit.room_for(
                sum(path.stat().st_size for path in Path(folder).glob("*.*")), "The model"
            )
        with model.turn():
            store.add_folder(name, folder, "uploaded", "uploaded in this visit")
    return name
