"""What each visit runs first: the list of screens, the tab's title, and the screen that was asked for."""

import streamlit as st

from ui.shared import history, warm_up
from ui.shared.screens import PAGES, SCREENS

ICON = PAGES.parent / "ui" / "shared" / "icon.svg"  # a Material symbol would be asked of Google

st.set_page_config(page_icon=ICON, layout="wide")  # first, or Streamlit takes a screen's icon
st.logo(ICON, size="large")
shown = st.navigation(  # without icons, so that all titles fit in one row of a laptop's screen
    [
        st.Page(
            screen.file,
            title=screen.title,
            url_path=screen.address,
            default=not screen.address,
        )
        for screen in SCREENS
    ],
    position="top",
)
st.set_page_config(f"{shown.title} · ELMo Explorer" if shown.url_path else "ELMo Explorer")
history.restore_parameters()
shown.run()
warm_up.import_libraries(after=1.0)  # the browser first gets the page's scripts and pictures
