"""The terms that the search box finds, each with its meaning and the page that shows the term."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Term:
    """A term.

    Attributes:
        names: the term, then its synonyms.
        meaning: one sentence.
        page: name of the screen that shows the term, as in `ui.shared.screens`.
        params: the parameters with which the page opens.
    """

    names: tuple[str, ...]
    meaning: str
    page: str
    params: dict[str, str] = field(default_factory=dict)


_WORDS = {"lm_part": "words"}

GLOSSARY = (
    Term(
        ("token layer", "layer 0", "context-free layer"),
        "The word's vector from its letters alone, the same in every sentence.",
        "how",
    ),
    Term(
        ("layer", "layer 1", "layer 2", "LSTM layer"),
        "The output of an LSTM layer, its forward and backward halves joined.",
        "layers",
    ),
    Term(
        ("representation",),
        "The kind of vector that a word gets: a layer, a mix of layers, one direction, the words around it.",
        "word",
    ),
    Term(("equal mix",), "The mean of all layers.", "mixing"),
    Term(("scalar weights", "raw weights"), "The weights of a mix before the softmax.", "mixing"),
    Term(
        ("normalized weights", "softmax of the weights"),
        "The weights of a mix after the softmax; their sum is 1.",
        "mixing",
    ),
    Term(
        ("γ", "gamma"),
        "The scale of a mix: it changes the lengths of vectors and no cosine.",
        "mixing",
    ),
    Term(
        ("layer norm",),
        "Each vector minus its mean, divided by its standard deviation, before the layers are mixed.",
        "mixing",
    ),
    Term(
        ("cosine", "cosine similarity", "similarity"),
        "How similar the directions of two vectors are: 1 is the same direction, 0 is unrelated directions.",
        "word",
    ),
    Term(
        ("anisotropy", "anisotropy baseline", "random words"),
        "The mean cosine of random words; a similarity that is not higher has no meaning.",
        "word",
    ),
    Term(
        ("pair AUC", "AUC", "separation"),
        "The chance that a pair of uses with one sense has a higher cosine than a pair with two; .5 is a coin toss.",
        "word",
    ),
    Term(
        ("self-similarity",),
        "The mean cosine between the uses of one word; the lower, the more the context changes it.",
        "layers",
    ),
    Term(
        ("intra-sentence similarity",),
        "The mean cosine between a sentence's words and their mean.",
        "layers",
    ),
    Term(
        ("maximum explainable variance",),
        "The share of the variance of a word's vectors that one fixed vector explains (first principal component).",
        "layers",
    ),
    Term(
        ("true neighbours", "trustworthiness", "neighbours kept"),
        "The share of the nearest vectors that are also nearest on the map: how far to trust the map.",
        "layers",
    ),
    Term(
        ("silhouette",),
        "How much nearer a use is to its own group than to the next group, from −1 to 1.",
        "word",
    ),
    Term(
        ("bootstrap", "interval", "confidence interval"),
        "The figure is computed again for sentences drawn at random with replacement; the interval holds 95 % of the results.",
        "word",
    ),
    Term(
        ("permutation test", "p-value", "shuffled senses"),
        "The share of trials in which shuffled labels give as good a result: the chance of the result without senses.",
        "word",
    ),
    Term(("concordance", "KWIC"), "Sentences with the word in the middle, one a line.", "word"),
    Term(
        ("PCA", "principal components"),
        "The two axes along which the vectors differ most.",
        "layers",
    ),
    Term(
        ("UMAP",),
        "A map that keeps near neighbours together; distances between groups have little meaning.",
        "layers",
        {"layers_method": "UMAP"},
    ),
    Term(
        ("APD",),
        "The mean cosine distance between a use in the old texts and one in the new.",
        "change",
    ),
    Term(("PRT",), "The cosine distance between the mean vectors of both sets of texts.", "change"),
    Term(("JSD",), "How different the shares of the groups are in both sets of texts.", "change"),
    Term(
        ("perplexity",),
        "The number of equally likely words among which the model would be as uncertain; lower is better.",
        "language_model",
        {"lm_part": "train"},
    ),
    Term(
        ("surprisal",),
        "Minus the logarithm of the probability that the model gave a word.",
        "language_model",
    ),
    Term(
        ("character CNN", "filters"),
        "Filters that respond to sequences of letters; layer 0 is computed from them.",
        "how",
    ),
    Term(
        ("highway",),
        "A layer with a gate between 0 and 1 for each value: the part of the value that passes unchanged.",
        "how",
    ),
    Term(
        ("unknown words", "share closed"),
        "How far a misspelt word gets from a random word (0 %) to the word that is meant (100 %).",
        "language_model",
        _WORDS,
    ),
    Term(
        ("carried state",),
        "LSTM states that pass from one sentence to the next; all other pages start each sentence from zero.",
        "language_model",
        {"lm_part": "state"},
    ),
)
