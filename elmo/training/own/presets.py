"""The presets for training on a person's own text: sizes, settings, and their description on the page."""

from dataclasses import dataclass, replace

from elmo.model.options import Options
from elmo.training.presets import Recipe


@dataclass(frozen=True)
class OwnPreset:
    """Sizes and settings for training on a person's own text.

    Attributes:
        title, about: name and description on the page.
        options: sizes of the model; None continues the bundled model with its sizes.
        recipe: settings of training.
        checkpoint_seconds: least number of seconds between checkpoints; a larger model takes longer to write.
    """

    title: str
    about: str
    options: Options | None
    recipe: Recipe
    checkpoint_seconds: float


_FROM_NOTHING = Recipe(
    vocabulary=8_000,
    batch_tokens=768,
    n_sampled=1024,
    learning_rate=4e-3,
    warmup=30,
    dropout=0.2,
    word_vector_epochs=0,
    token_layer_epochs=0,
    lower_case=0.0,
)

PRESETS: dict[str, OwnPreset] = {
    "tiny": OwnPreset(
        "Tiny, from nothing",
        "Starts from how often each word occurs and nothing else; worth a look within minutes. "
        "256 cells, 64 numbers a direction.",
        Options(64, 256, 2, ((1, 16), (2, 32), (3, 48), (4, 64))),
        _FROM_NOTHING,
        5.0,
    ),
    "small": OwnPreset(
        "Small, from nothing",
        "Starts from how often each word occurs; for a million words and more, and some hours. "
        "512 cells, 128 numbers a direction.",
        Options(128, 512, 2, ((1, 32), (2, 32), (3, 64), (4, 128), (5, 128))),
        replace(
            _FROM_NOTHING, vocabulary=20_000, batch_tokens=2048, learning_rate=3e-3, warmup=100
        ),
        15.0,
    ),
    "further": OwnPreset(
        "The bundled model, taught further",
        "Starts from all that the bundled model knows and learns your text on top, with the bundled "
        "vocabulary. Best for texts under a million words.",
        None,
        Recipe(
            batch_tokens=1024,
            learning_rate=5e-4,
            warmup=20,
            dropout=0.1,
            train_token_layer=False,
            word_vector_epochs=0,
            token_layer_epochs=0,
            lower_case=0.0,
            cloze_weight=0.0,  # costs a tenth of the perplexity here: docs/training.md
        ),
        40.0,
    ),
}
