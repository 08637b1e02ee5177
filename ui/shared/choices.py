"""A choice of which one option always holds."""

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
    """A segmented control.

    An empty value in the address (“?word_layer=”) chooses none; the default stands for it.

    Args:
        key: its name in the address and in st.session_state.
        in_address: keep it in the address.
        place: a column or container to draw it in.
        more: as for st.segmented_control.
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
