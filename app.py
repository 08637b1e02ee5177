"""ELMo Explorer: `streamlit run app.py`. The server; pages/navigation.py is what each visit runs."""

import streamlit as st

from ui.shared.server import MIDDLEWARE, ROUTES

app = st.App("pages/navigation.py", middleware=MIDDLEWARE, routes=ROUTES)
