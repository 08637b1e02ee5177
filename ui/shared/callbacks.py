"""Callbacks of widgets, which run before the page: the page shows their errors, and the log records them."""

import logging
from collections.abc import Callable
from functools import wraps

import streamlit as st

from elmo import logs
from elmo.errors import ElmoError

MISTAKE = "A mistake in the program, not your input, made this action fail. The server's log names the place."
_MESSAGE = "callback_message"
_log = logging.getLogger(__name__)


def guard(function: Callable[..., object]) -> Callable[..., None]:
    """The function as a callback whose error the next run of the page shows (`take_message`).

    Without `guard`, Streamlit writes the error's message, which may hold a person's text, into its log, and
    a stack trace on the page.
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
    """The error message of the callback that ran before the page; None if there was no error, and at the next call."""
    return st.session_state.pop(_MESSAGE, None)
