"""A page of its own with a cloud of made-up dots, for the browser test and the benchmark."""

import os

import numpy as np
import streamlit as st

from elmo.usages import Usage
from ui.layers.cloud import Cloud, draw
from ui.uses.corpus import CorpusSample

n = int(os.environ.get("CLOUD_POINTS", "2000"))


@st.cache_resource
def made_up() -> tuple[Cloud, CorpusSample]:
    """Two groups of dots that part from layer to layer."""
    rng = np.random.default_rng(0)
    side = np.where(np.arange(n) % 2, 1.0, -1.0)
    places = rng.normal(scale=0.12, size=(4, n, 2))
    places[:, :, 0] += side * np.array([0.0, 0.3, 0.6, 0.4])[:, None]
    places = np.clip(places, -1, 1).astype(np.float32)
    uses = tuple(
        Usage(f"use {i} .", ("use", str(i), "."), 1, genre=f"{i % 2}.txt") for i in range(n)
    )
    cloud = Cloud(
        "k",
        ("Layer 0", "Layer 1", "Layer 2", "Equal mix"),
        places,
        (0.5,) * 4,
        (0.2, 0.3, 0.4, 0.3),
    )
    return cloud, CorpusSample("use", "k", True, uses, n)


st.title("Cloud")
draw(*made_up())
