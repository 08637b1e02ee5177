"""The keys of st.session_state that several pages share, and the rule for all other keys.

Every other key begins with the name of its screen (`ui/word`: "word_…"), or with "uses_" where Word in context,
Layers and Mixing share a choice. tests/ui/test_keys.py checks the rule. The key of a widget that is bound to the
address is also the name of its parameter there.
"""

MODEL = "model"
"""The name of the model in use, on all pages."""

SEED = "seed"
"""The seed of all random numbers, on all pages."""

SOURCE, EXAMPLE, WORD = "source", "example", "word"
"""The source of the sentences, the example, and the word (`ui.uses`)."""

MIX_WEIGHTS = "mix_weights"
"""The normalized weights set on Mixing or by a link; all pages offer them as “Your mix”."""

LEARNED_WEIGHTS = "learned_weights"
"""The weights and γ that a task learned on Downstream, for Mixing."""

PREFIXES = {"language_model": "lm"}
"""Screens whose keys begin with another prefix than the screen's name."""

VISIT = "visit_token"
"""The token of the visit (`ui.shared.visit`); "" before the person has given a file or text."""

OWN_MODELS = "own_models"
"""Models trained in this visit: name -> folder of the job's model."""

FIRST_VALUES = "visit_first_values"
"""The first values of widgets: key -> value; they are not saved with the visit."""

JOBS = ("lm_job", "downstream_job", "vectors_job")
"""Tokens of the visit's jobs; a token that leaves the state is deleted from the visit too."""

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
    "change_words",
    OWN_MODELS,
    *JOBS,
)
"""Values that a person typed, which the visit saves."""
