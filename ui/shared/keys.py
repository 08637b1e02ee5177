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

JOBS_OWNER = "jobs_owner"
"""The name of this visit to the queue of jobs (`ui.shared.jobs`)."""

PREFIXES = {"language_model": "lm"}
"""Where the beginning of a screen's keys is not its name."""
