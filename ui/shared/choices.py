"""A segmented control that always has a value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

T = TypeVar("T")


def one_of(
    label: str,
    options: Sequence[T],
    *,
    default: T,
    key: str,
    in_address: bool = True,
    place: "DeltaGenerator | None" = None,
    **more: Any,
) -> T:
    """Draw a segmented control and give its value; the default where the address has an empty one.

    Args:
        key: the control's key in st.session_state, and its parameter in the address.
        in_address: keep the value in the address.
        place: the column or container to draw in.
        more: other arguments of st.segmented_control.
    """
    chosen = (place or st).segmented_control(
        label,
        options,
        default=default,
        required=True,
        key=key,
        bind="query-params" if in_address else None,
        **more,
    )
    return default if chosen is None else chosen
