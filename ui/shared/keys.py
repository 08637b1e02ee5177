"""The keys of the session's state that several pages share, and who owns the others.

Every other key begins with the name of the screen that owns it (`ui/word`: "word_…"), or with
"uses_" where Word in context, Layers and Mixing share a choice on purpose; a test holds this. The key
of a widget that is bound to the address is also its name there.
"""

MODEL = "model"
"""The model in use, on all pages."""

SEED = "seed"
"""What everything drawn at random starts from, on all pages."""

SOURCE, EXAMPLE, WORD = "source", "example", "word"
"""Where the sentences come from, the example chosen, and the word looked at (`ui.uses`)."""

MIX_WEIGHTS = "mix_weights"
"""The normalized weights set on Mixing, or by a link; a choice of layers everywhere."""

LEARNED_WEIGHTS = "learned_weights"
"""The weights that a task learned on Downstream, sent to Mixing."""

PREFIXES = {"language_model": "lm"}
"""Where the beginning of a screen's keys is not its name."""

VISIT = "visit_token"
"""The token of the visit (`ui.shared.visit`), "" while nothing was given."""

OWN_MODELS = "own_models"
"""Models of this visit that stand in the folder of a job: name -> folder."""

FIRST_VALUES = "visit_first_values"
"""What widgets began with: key -> value."""

JOBS = ("lm_job", "downstream_job", "vectors_job")
"""Tokens of the jobs that a visit follows; forgotten where they are taken out of the state."""

TYPED = (
    "uses_text",
    "layers_text",
    "word_edit_before",
    "word_edit_after",
    "how_sentence",
    "how_first_use",
    "how_second_use",
    "lm_sentence",
    "lm_meant",
    "lm_meant_sentence",
    "lm_forms",
    "lm_state_sentence",
    "lm_state_before",
    "lm_text",
    "lm_name",
    "lm_watch_sentence",
    "vectors_text",
    OWN_MODELS,
    *JOBS,
)
"""What a person gave, kept for the visit."""
