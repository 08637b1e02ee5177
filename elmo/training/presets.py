"""The sizes of models and the settings of their training."""

from dataclasses import asdict, dataclass, replace

from elmo.errors import TrainingError
from elmo.model.options import Options


@dataclass(frozen=True)
class Recipe:
    """The settings of training.

    Attributes:
        vocabulary: number of words of the softmax, the three special ones included.
        batch_tokens: number of words of a step in each process.
        max_tokens: longer sentences are cut to this number of words.
        n_sampled: average number of words sampled for the softmax of a step.
        learning_rate: Adam's learning rate after `warmup` steps; the rate then falls as half a cosine to a hundredth.
        clip_norm: largest norm of the gradient.
        dropout: dropped share of a layer's inputs and of the outputs.
        train_token_layer: True trains the character CNN together with the LSTMs. False computes its vectors once for all
            words, and a step takes less than half the time.
        word_vector_epochs, token_layer_epochs: epochs of learning word vectors, and of fitting the character CNN to
            them, before the language model; 0 leaves the step out.
        language_model_alone: share of the training, from its start, with both directions' prediction losses only.
        cloze_weight: weight of predicting a word from both sides together; each direction's own prediction has 1/2.
        teacher_share: share of steps with a teacher's losses, in a training with a teacher.
        substitutes_weight: weight of the loss of a teacher's substitutes.
        order_weight: weight of the loss of a teacher's order of a word's uses, for each LSTM layer.
        order_added_weight: weight of the same loss for the sum of the top layer's halves, at the word and around the word.
        sentences_weight: weight of the loss of a teacher's order of sentences, for each LSTM layer.
        teacher_words: number of words of a batch in a teacher's losses.
        n_candidates: number of words of a step among which the teacher's substitutes are.
        lower_case: share of sentences read in lower case.
        softmax_metric: True writes the model in the metric of its softmax (`elmo/training/softmax_metric.py`).
        seed: determines the initial weights, the order of the data and the samples.
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
    language_model_alone: float = 0.0
    cloze_weight: float = 1.0
    teacher_share: float = 0.5
    substitutes_weight: float = 1.0
    order_weight: float = 1.0
    order_added_weight: float = 0.25
    sentences_weight: float = 0.0
    teacher_words: int = 700
    n_candidates: int = 4000
    lower_case: float = 0.1
    softmax_metric: bool = False
    seed: int = 1

    def to_dict(self) -> dict:
        return asdict(self)


_SMALL_FILTERS = ((1, 32), (2, 32), (3, 64), (4, 128), (5, 256), (6, 512), (7, 1024))
_BUNDLED_FILTERS = ((1, 32), (2, 64), (3, 128), (4, 224), (5, 256), (6, 320))

PRESETS: dict[str, tuple[Options, Recipe]] = {
    "bundled": (
        Options(
            projection_dim=256,
            dim=512,
            n_layers=2,
            filters=_BUNDLED_FILTERS,
            n_highway=2,
            proj_clip=10.0,
        ),
        Recipe(
            train_token_layer=False,
            dropout=0.0,
            batch_tokens=2048,
            token_layer_epochs=55,
            language_model_alone=0.6,
            softmax_metric=True,
        ),
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
    """The sizes and settings of a preset, with changed settings."""
    if name not in PRESETS:
        raise TrainingError(f"there is no preset {name!r}; choose one of {', '.join(PRESETS)}.")
    options, recipe = PRESETS[name]
    return options, replace(recipe, **changes)
