"""What widgets call before the page runs: errors there are shown by the page, and logged in the log's form."""

import logging
from collections.abc import Callable
from functools import wraps

import streamlit as st

from elmo import logs
from elmo.errors import ElmoError

MISTAKE = "This failed through a mistake in the program and not in your input. The place is in the server's log."
_MESSAGE = "callback_message"
_log = logging.getLogger(__name__)


def guard(function: Callable[..., object]) -> Callable[..., None]:
    """The function as a callback whose errors `show_message` shows.

    Without it Streamlit writes the error's message, which may hold what a person typed, into its
    own log, and a stack trace on the page.
    """

    @wraps(function)
    def run(*arguments: object, **named: object) -> None:
        try:
            function(*arguments, **named)
        except ElmoError as error:
            st.session_state[_MESSAGE] = str(error)
        except OSError as error:
            _log.error(logs.mistake(error))
            st.session_state[_MESSAGE] = (
                f"The server could not write or read a file: {error.strerror or 'no reason given'}."
            )
        except Exception as error:
            _log.error(logs.mistake(error))
            st.session_state[_MESSAGE] = MISTAKE

    return run


def take_message() -> str | None:
    """What went wrong in the callback before this run, once."""
    return st.session_state.pop(_MESSAGE, None)
