"""The sizes of models and the settings of their training."""

from dataclasses import asdict, dataclass, replace

from elmo.errors import TrainingError
from elmo.model.options import Options


@dataclass(frozen=True)
class Recipe:
    """How a model is trained.

    Attributes:
        vocabulary: words of the softmax, the three special ones included.
        batch_tokens: words of a step in each process.
        max_tokens: longer sentences are cut.
        n_sampled: words sampled for the softmax of a step, on average.
        learning_rate: of Adam, after `warmup` steps; it falls as half a cosine to a hundredth.
        clip_norm: the largest norm of the gradient.
        dropout: share of a layer's inputs and of the outputs that is dropped.
        train_token_layer: whether the character CNN learns on with the language model. When not, its vectors are
            computed once for all words, and a step costs less than half.
        word_vector_epochs, token_layer_epochs: the word vectors learned first, and the character CNN's lessons; 0 for none.
        cloze_weight: the weight of predicting a word from both sides, beside each direction's own prediction.
        teacher_share: the share of steps with a teacher's losses, when there is a teacher.
        substitutes_weight: the weight of a teacher's substitutes.
        order_weight: the weight of a teacher's order of a word's uses, for each LSTM layer.
        order_added_weight: the same for the top layer's halves added, of the word and around the word.
        teacher_words: words of a batch that a teacher's losses look at.
        n_candidates: words of a step that the teacher's substitutes are drawn from.
        lower_case: the share of sentences read in lower case.
        seed: decides the start, the order of the data and what is sampled.
    """

    vocabulary: int = 40_000
    batch_tokens: int = 4096
    max_tokens: int = 60
    n_sampled: int = 2048
    learning_rate: float = 2e-3
    warmup: int = 200
    clip_norm: float = 1.0
    dropout: float = 0.1
    train_token_layer: bool = True
    word_vector_epochs: int = 3
    token_layer_epochs: float = 60
    cloze_weight: float = 1.0
    teacher_share: float = 0.5
    substitutes_weight: float = 1.0
    order_weight: float = 1.0
    order_added_weight: float = 0.25
    teacher_words: int = 700
    n_candidates: int = 4000
    lower_case: float = 0.1
    seed: int = 1

    def to_dict(self) -> dict:
        return asdict(self)


_SMALL_FILTERS = ((1, 32), (2, 32), (3, 64), (4, 128), (5, 256), (6, 512), (7, 1024))
_BUNDLED_FILTERS = ((1, 32), (2, 64), (3, 128), (4, 224), (5, 256), (6, 320))

PRESETS: dict[str, tuple[Options, Recipe]] = {
    "bundled": (
        Options(projection_dim=256, dim=512, n_layers=2, filters=_BUNDLED_FILTERS, n_highway=2),
        Recipe(train_token_layer=False, dropout=0.0, batch_tokens=2048, token_layer_epochs=110),
    ),
    "small": (
        Options(projection_dim=128, dim=1024, n_layers=2, filters=_SMALL_FILTERS, n_highway=1),
        Recipe(),
    ),
    "medium": (
        Options(projection_dim=256, dim=2048, n_layers=2, filters=_SMALL_FILTERS, n_highway=1),
        Recipe(),
    ),
    "original": (
        Options(projection_dim=512, dim=4096, n_layers=2, filters=_SMALL_FILTERS, n_highway=2),
        Recipe(),
    ),
}


def preset(name: str, **changes) -> tuple[Options, Recipe]:
    """A preset's sizes and settings, some settings changed."""
    if name not in PRESETS:
        raise TrainingError(f"there is no preset {name!r}; choose one of {', '.join(PRESETS)}.")
    options, recipe = PRESETS[name]
    return options, replace(recipe, **changes)
