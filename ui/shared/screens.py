"""The screens: their titles, addresses, icons and questions, in one table."""

from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parent.parent.parent / "pages"


@dataclass(frozen=True)
class Screen:
    """A page of the app.

    Attributes:
        name: of its file in pages/ and of its package in ui/.
        title: the name in the navigation, in the heading and in the browser's tab.
        address: the last part of the URL.
        icon: name of a Material symbol.
        question: the question that the page answers, for the links on Start.
        words: more words by which the search finds the page.
    """

    name: str
    title: str
    address: str
    icon: str
    question: str = ""
    words: str = ""

    @property
    def file(self) -> Path:
        """The page's script."""
        return PAGES / f"{self.name}.py"

    @property
    def symbol(self) -> str:
        """The icon in Streamlit's notation."""
        return f":material/{self.icon}:"


SCREENS = (
    Screen("start", "Start", "", "home", words="home overview example map bank"),
    Screen(
        "word",
        "Word in context",
        "word",
        "format_quote",
        "Is a word used in one sense or several in these sentences, and how sure can I be?",
        "concordance kwic similarity matrix cosine senses minimal pair anisotropy upload own "
        "sentences nearest pairs clusters",
    ),
    Screen(
        "layers",
        "Layers",
        "layers",
        "layers",
        "What does each layer know? The same uses drawn in every layer: if a dot moves, that "
        "word's vector changed.",
        "umap pca projection map aligned 3-d statistics self-similarity intra-sentence explained "
        "variance trustworthiness neighbours lasso",
    ),
    Screen(
        "mixing",
        "Mixing",
        "mixing",
        "change_history",
        "What do the mixing weights and γ do? Drag a point in a triangle and watch.",
        "weights gamma γ scalar mix softmax triangle layer norm normalized raw separation auc",
    ),
    Screen(
        "change",
        "Change",
        "change",
        "compare_arrows",
        "Is a word used differently in two sets of texts, and how surprising is that?",
        "semantic change diachronic periods genres two corpora apd prt jsd groups new sense durel "
        "wug semeval",
    ),
    Screen(
        "language_model",
        "Language model",
        "language-model",
        "psychology_alt",
        "What does the model expect next, in both directions? Train one on your own text.",
        "next word prediction perplexity surprisal probability top-k train typos unknown words "
        "character softmax vocabulary",
    ),
    Screen(
        "vectors",
        "Get vectors",
        "vectors",
        "file_save",
        "How do the vectors of my sentences get into my own program?",
        "embed export hdf5 npz csv parquet numpy pandas file download embeddings sentence means",
    ),
    Screen(
        "downstream",
        "Downstream",
        "downstream",
        "query_stats",
        "Which layer, or which mix, helps a task most?",
        "task classification accuracy confusion learned weights baseline question answering "
        "tagging csv labels",
    ),
    Screen(
        "how",
        "How it works",
        "how",
        "school",
        "From letters to vectors with one sentence of yours, step by step, with the numbers.",
        "character cnn filters highway lstm gates forget cell clip projection equations formula "
        "tour forward backward skip explanation code",
    ),
)


def screen(name: str) -> Screen:
    """The screen of this name.

    Raises:
        KeyError: there is no such screen.
    """
    return {known.name: known for known in SCREENS}[name]
