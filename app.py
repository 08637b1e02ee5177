"""ELMo Explorer: `streamlit run app.py`. The settings of the page and the list of pages."""

from pathlib import Path

import streamlit as st

PAGES = (
    ("start", "Start", "", "home"),
    ("word", "Word in context", "word", "format_quote"),
    ("layers", "Layers", "layers", "layers"),
    ("mixing", "Mixing", "mixing", "change_history"),
    ("language_model", "Language model", "language-model", "psychology_alt"),
    ("downstream", "Downstream", "downstream", "query_stats"),
    ("how", "How it works", "how", "school"),
)
FOLDER = Path(__file__).parent / "pages"
ICON = (
    Path(__file__).parent / "ui" / "shared" / "icon.svg"
)  # a Material symbol would be asked of Google

st.set_page_config("ELMo Explorer", page_icon=ICON, layout="wide")
st.logo(ICON, size="large")
st.navigation(
    [
        st.Page(
            FOLDER / f"{name}.py",
            title=title,
            url_path=path,
            icon=f":material/{icon}:",
            default=not path,
        )
        for name, title, path, icon in PAGES
        if (FOLDER / f"{name}.py").is_file()
    ],
    position="top",
).run()
