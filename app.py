"""ELMo Explorer: `streamlit run app.py`. The server; pages/navigation.py is what each visit runs."""

import streamlit as st

from ui.shared.server import MIDDLEWARE, ROUTES, while_it_runs

app = st.App("pages/navigation.py", lifespan=while_it_runs, middleware=MIDDLEWARE, routes=ROUTES)
