"""Where a fresh server that is asked for /language-model first finds a page of that name.

Until app.py has run once, Streamlit goes by the file names in pages/; without this file it would
say "Page not found" over the right page. `page.begin` then runs app.py (see `ui.shared.page`).
"""

from ui.shared import page

page.begin("Language model", "")
