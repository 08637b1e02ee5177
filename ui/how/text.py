r"""The texts and equations of How it works.

`{name}` in a text or in the meaning of a symbol is a value of the model in use. In symbols and equations braces are LaTeX.
"""

from dataclasses import dataclass

CHARACTERS, CNN = "elmo/model/characters.py", "elmo/model/char_cnn.py"
HIGHWAY, LSTM, BILM = "elmo/model/highway.py", "elmo/model/lstm.py", "elmo/model/bilm.py"
SOFTMAX, MIX = "elmo/model/softmax.py", "elmo/model/scalar_mix.py"


@dataclass(frozen=True)
class Step:
    """One step of the page.

    Attributes:
        title: the heading.
        text: the computation and its reason, in Markdown.
        equations: LaTeX, each on a line of its own.
        symbols: (LaTeX, meaning).
        sources: arguments of `ui.how.code.source`.
    """

    title: str
    text: str
    equations: tuple[str, ...] = ()
    symbols: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, ...], ...] = ()


TOUR = (
    (
        "A language model predicts words.",
        "Hide a word: “We sat on the river ___”. You can guess the word, and so can a program that was "
        "trained on millions of sentences. It gives every word of its vocabulary a probability. "
        "Nobody has to label the text: the hidden word is the correct answer.",
    ),
    (
        "To predict well, it needs a memory.",
        "While the model reads, it computes a list of numbers, a *vector*, that represents the text read "
        "so far. Good predictions need a vector that shows, for example, whether the text is about money "
        "or about water.",
    ),
    (
        "ELMo keeps these vectors.",
        "ELMo does not use the predictions, but the vectors. The vector of “bank” is computed from *this* "
        "sentence, so it differs from sentence to sentence: it is *contextual*. Older word vectors "
        "(word2vec, GloVe) have one vector for a word, the same in every sentence.",
    ),
    (
        "It reads in both directions.",
        "One model reads from left to right, a second from right to left. Each reads only one side of a "
        "word. A word's vector has a half from each: the forward half and the backward half.",
    ),
    (
        "It has layers.",
        "Layer 0 reads only the spelling of the word. The layers above have read the sentence. A task uses a "
        "weighted sum (mix) of the layers, and learns one weight for each layer.",
    ),
)

CHARACTER_STEP = Step(
    "Words become character ids",
    "The sentence is split into words and punctuation marks. Each word becomes the bytes of its "
    "letters between a begin and an end mark, filled up with padding. So no word is unknown: a "
    "typo or a new name has letters, too.",
    (r"\mathbf{c} = [\,259,\; b_1 + 1,\; \dots,\; b_n + 1,\; 260,\; 261,\; 261,\; \dots\,]",),
    (
        (
            r"b_k",
            "the k-th byte of the word in UTF-8, 0 to 255; the + 1 leaves 0 for the padding of a batch",
        ),
        (r"259,\ 260", "begin ⟨w⟩ and end ⟨/w⟩ of the word"),
        (r"261", "padding inside the word (·); a row has {max_characters_per_token} places"),
    ),
    ((CHARACTERS, "char_ids", "ids = np.full", "row[length + 1]"),),
)

CNN_STEP = Step(
    "Filters respond to pieces of the word",
    "Each character id is a small vector. A *filter* of width w slides over the word and looks at w "
    "letters at a time. Only its largest value is used: it shows how well the filter's pattern fits some "
    "piece of the word, and not where. The bars show the pieces of the strongest filters of each width.",
    (
        r"y_k(t) = b_k + \sum_{j=1}^{w} \mathbf{W}_{k,j} \cdot \mathbf{e}(c_{t+j-1})",
        r"x_k = a\bigl(\max_t\, y_k(t)\bigr)",
    ),
    (
        (r"\mathbf{e}(c)", "vector of the character c, {char_dim} numbers"),
        (
            r"\mathbf{W}_{k,j},\ b_k",
            "weights and bias of filter k; {n_filters} filters of widths {widths}",
        ),
        (r"x_k", "value of filter k"),
        (r"a", "activation: {activation_is}"),
    ),
    (
        (CNN, "CharCnn.convolve", "windows = characters.unfold", "values.append"),
        (CNN, "CharCnn.steps", "largest =", "x = filters"),
    ),
)

HIGHWAY_STEP = Step(
    "A highway layer keeps values, or changes them",
    "For each filter a *gate* between 0 and 1 decides how much of its value is replaced by a mixture "
    "of all filters, and how much passes unchanged. The weight file calls the gate “carry”, although a "
    "large gate means more change.",
    (
        r"\mathbf{g} = \sigma(\mathbf{x}\,\mathbf{W}_{carry} + \mathbf{b}_{carry})",
        r"\mathbf{t} = \max(0,\ \mathbf{x}\,\mathbf{W}_{transform} + \mathbf{b}_{transform})",
        r"\mathbf{x}' = \mathbf{g} \odot \mathbf{t} + (1 - \mathbf{g}) \odot \mathbf{x}",
    ),
    (
        (r"\sigma", "logistic function, from any number to one between 0 and 1"),
        (r"\odot", "product of the numbers in the same place"),
        (
            r"\mathbf{x}",
            "the {n_filters} filter values; number of such layers in this model: {n_highway}",
        ),
    ),
    ((HIGHWAY, "Highway.step", "gate =", "return"),),
)

TOKEN_STEP = Step(
    "The token layer: a word's vector from its letters alone",
    "A projection shortens the filter values. The result is **layer 0**. It depends only on "
    "the word's letters: the word has this vector in every sentence. Each row below is a word, "
    "each thin column one of its numbers (blue below 0, orange above).",
    (
        r"\mathbf{x}^{LM} = \mathbf{x}'\,\mathbf{W}_{proj} + \mathbf{b}_{proj}",
        r"\mathbf{h}_{k,0} = [\,\mathbf{x}^{LM}_k ;\ \mathbf{x}^{LM}_k\,]",
    ),
    (
        (r"\mathbf{W}_{proj}", "{n_filters} × {projection_dim}"),
        (
            r"\mathbf{h}_{k,0}",
            "layer 0 of word k: the vector twice, so that it has the size of the other layers, {representation_dim}",
        ),
    ),
    (
        (CNN, "CharCnn.steps", "if self.W_proj", "x = torch.addmm"),
        (BILM, "BiLm.forward", "layers = [torch.cat"),
    ),
)

LIKELIHOOD_STEP = Step(
    "Two language models, trained to predict the word",
    "The forward model predicts word k from the words on its left, the backward model from the words on "
    "its right. Training maximizes the probability of the real text under both. They share the token "
    "layer and the softmax; their LSTMs are separate.",
    (
        r"\begin{aligned}\sum_{k=1}^{N} \bigl(\,&\log p(t_k \mid t_1, \dots, t_{k-1};\ \Theta_x, \overrightarrow{\Theta}_{LSTM}, \Theta_s)"
        r"\\ +\ &\log p(t_k \mid t_{k+1}, \dots, t_N;\ \Theta_x, \overleftarrow{\Theta}_{LSTM}, \Theta_s)\bigr)\end{aligned}",
        r"p(t \mid \cdot) = \operatorname{softmax}(\mathbf{W}_s \mathbf{h} + \mathbf{b}_s)_t",
    ),
    (
        (r"t_k", "the k-th of N words"),
        (
            r"\mathbf{h}",
            "top layer of that direction at the word before (backward: after) word k",
        ),
        (r"\Theta_x,\ \Theta_s", "parameters of the token layer and the softmax, shared"),
        (
            r"\overrightarrow{\Theta}_{LSTM},\ \overleftarrow{\Theta}_{LSTM}",
            "those of each direction's LSTMs",
        ),
    ),
    (
        (SOFTMAX, "Softmax.forward", "return"),
        (BILM, "BiLm.forward", "for direction, lstms", "states.append"),
    ),
)

LSTM_STEP = Step(
    "The LSTM: a memory with three gates",
    "An LSTM has a memory of {dim} numbers, the *cells*. At each word it changes the cells and computes an "
    "output from them; the output is part of the input at the next word. So the words before can change "
    "the vector of a word.\n\n"
    "Three numbers between 0 and 1 control each cell: the **input gate** is the part of a "
    "*candidate* that is added to the cell, the **forget gate** the part of the old value that stays, and the "
    "**output gate** the part of the cell that goes into the output. The output is *projected* to {projection_dim} numbers, and both "
    "cell and output are *clipped*. Choose a direction, a layer and a cell, and follow it.",
    (
        r"[\,\mathbf{i};\ \mathbf{j};\ \mathbf{f};\ \mathbf{o}\,] = [\,\mathbf{x}_t;\ \mathbf{h}_{t-1}\,]\,\mathbf{W} + \mathbf{b}",
        r"\mathbf{c}_t = \operatorname{clip}\bigl(\sigma(\mathbf{i}) \odot \tanh(\mathbf{j}) + \sigma(\mathbf{f} + 1) \odot \mathbf{c}_{t-1},\ \pm c_{max}\bigr)",
        r"\mathbf{h}_t = \operatorname{clip}\bigl((\sigma(\mathbf{o}) \odot \tanh(\mathbf{c}_t))\,\mathbf{W}_P,\ \pm h_{max}\bigr)",
    ),
    (
        (
            r"\mathbf{x}_t",
            "input of the layer: the token vector, or the layer below; {projection_dim} numbers",
        ),
        (
            r"\mathbf{h}_{t-1},\ \mathbf{c}_{t-1}",
            "output and cells at the previous word; 0 at the beginning",
        ),
        (
            r"\mathbf{W},\ \mathbf{b}",
            "W_0 and B in the file, the four blocks in the order i, j, f, o",
        ),
        (r"\mathbf{W}_P", "the projection W_P_0, {dim} × {projection_dim}"),
        (r"c_{max},\ h_{max}", "cell_clip = {cell_clip}, proj_clip = {proj_clip}"),
    ),
    ((LSTM, "Lstm.step", "gates = torch.addmm", "h = h.clamp"),),
)

LAYER_STEP = Step(
    "Layers: outputs and their sums",
    "The second LSTM layer reads the outputs of the first, in the same direction. A *skip "
    "connection* adds a layer's input to its output (from the second layer on). For each layer, the "
    "forward and the backward half stand side by side.",
    (
        r"\overrightarrow{\mathbf{h}}_{k,l} = \operatorname{LSTM}_l\bigl(\overrightarrow{\mathbf{h}}_{1..k,\,l-1}\bigr) + \overrightarrow{\mathbf{h}}_{k,\,l-1} \quad (l \ge 2)",
        r"\mathbf{h}_{k,l} = [\,\overrightarrow{\mathbf{h}}_{k,l} ;\ \overleftarrow{\mathbf{h}}_{k,l}\,]",
    ),
    (
        (
            r"\mathbf{h}_{k,l}",
            "layer l of word k, {representation_dim} numbers; l = 0 to {n_layers}",
        ),
        (
            r"\overrightarrow{\ },\ \overleftarrow{\ }",
            "forward and backward; each half has {projection_dim} numbers; this model has {skip_is}",
        ),
    ),
    ((BILM, "BiLm._read", "for layer, lstm", "x = read"), (BILM, "BiLm.forward", "layers += ")),
)

MIX_STEP = Step(
    "The mix: one vector for a task",
    "A task gets one vector for each word: the sum of the layers, each multiplied by a weight. The task "
    "learns the weights. *Before* the softmax they can be any numbers; after it they are positive and "
    "their sum is 1. γ scales the result. Change the weights and watch.",
    (
        r"\mathrm{ELMo}_k^{task} = \gamma^{task} \sum_{l=0}^{L} s_l^{task}\, \mathbf{h}_{k,l}",
        r"\mathbf{s} = \operatorname{softmax}(\mathbf{w})",
    ),
    (
        (r"w_l", "scalar weight of layer l, before the softmax; 0 at the start of training"),
        (r"s_l", "normalized weight, after the softmax"),
        (r"\gamma", "one scale for the task, 1 at the start of training"),
    ),
    ((MIX, "ScalarMix.forward", "return"), (MIX, "ScalarMix.normalized_weights", "return")),
)

JOIN_STEP = Step(
    "The join: the mix beside a static word vector",
    "In a task's model the mix is joined to a static word vector, which is the same in every "
    "sentence. The task's own layers read both.",
    (r"[\,\mathbf{x}_k ;\ \mathrm{ELMo}_k^{task}\,]",),
    (
        (
            r"\mathbf{x}_k",
            "static vector of word k (word2vec, GloVe, or the one that comes with this model)",
        ),
        (r"[\,\cdot\,;\,\cdot\,]", "concatenation: one vector after the other"),
    ),
    (("elmo/tasks/static_vectors.py", "WordVectors.of", "numbers =", "return rows"),),
)

HALVES_STEP = Step(
    "Two uses, four halves: joined or added?",
    "A layer's vector has a forward half, which has read the text left of the word, and a backward half, "
    "which has read the text right of it. ELMo *joins* them end to end. The cosine of two uses then compares "
    "left with left and right with right. In “The **spring** dried up” the clue is right of the word, "
    "in “They drank from the **spring**” left: the cosine of joined vectors does not compare these clues.\n\n"
    "Both directions share one softmax, so both halves of the top layer are vectors of the same space and "
    "can be *added*. Then each half of one use is compared with both halves of the other. Type two "
    "sentences of yours.",
    (
        r"\cos_{joined}:\ \mathbf{f}_1 \cdot \mathbf{f}_2 + \mathbf{b}_1 \cdot \mathbf{b}_2",
        r"\cos_{added}:\ (\mathbf{f}_1 + \mathbf{b}_1)\,\mathbf{G}\mathbf{G}^{\top}(\mathbf{f}_2 + \mathbf{b}_2)^{\top}",
    ),
    (
        (r"\mathbf{f}, \mathbf{b}", "forward and backward half of a use in the top layer"),
        (
            r"\mathbf{G}",
            "metric of the softmax: with it the cosine of two vectors compares the scores that the softmax gives "
            "the words, but what tells *the*, *of* and other frequent words apart counts less; left out for a "
            "model without a softmax",
        ),
    ),
    (
        (
            "elmo/representation/both_directions.py",
            "_in_metric",
            "forward, backward",
            "return ((forward",
        ),
    ),
)

STEPS = (
    CHARACTER_STEP, CNN_STEP, HIGHWAY_STEP, TOKEN_STEP, LIKELIHOOD_STEP, LSTM_STEP, LAYER_STEP,
    MIX_STEP, JOIN_STEP, HALVES_STEP,
)  # fmt: skip

MISTAKES = {
    "forget bias": (
        r"$\sigma(\mathbf{f}) \odot \mathbf{c}_{t-1}$",
        r"$\sigma(\mathbf{f} + 1) \odot \mathbf{c}_{t-1}$",
        "TensorFlow adds the 1 at run time; no weight file has it. Without the 1 the cells forget too much.",
    ),
    "candidate": (
        r"$\sigma(\mathbf{i}) \odot \sigma(\mathbf{j})$",
        r"$\sigma(\mathbf{i}) \odot \tanh(\mathbf{j})$",
        "The candidate must be able to lower a cell, and σ is never negative.",
    ),
    "output": (
        r"$\sigma(\mathbf{o}) \odot \sigma(\mathbf{c}_t)$",
        r"$\sigma(\mathbf{o}) \odot \tanh(\mathbf{c}_t)$",
        "The gate uses σ, the cell tanh.",
    ),
    "projection": (
        r"$[\mathbf{x}_t; \mathbf{m}_{t-1}]\,\mathbf{W}$",
        r"$[\mathbf{x}_t; \mathbf{m}_{t-1}\mathbf{W}_P]\,\mathbf{W}$",
        "The next step reads the projected and clipped output. (The mistake here reads its first numbers, unprojected.)",
    ),
    "clips": (
        r"no clips",
        r"$\operatorname{clip}(\mathbf{c}_t),\ \operatorname{clip}(\mathbf{h}_t)$",
        "Most drawings leave the clips out. They change large values.",
    ),
    "gate order": (
        r"$[\mathbf{i}; \mathbf{f}; \mathbf{j}; \mathbf{o}]$",
        r"$[\mathbf{i}; \mathbf{j}; \mathbf{f}; \mathbf{o}]$",
        "The weight file has TensorFlow's order; PyTorch's LSTM has another order.",
    ),
}
"""For each entry of `elmo.model.trace.MISTAKES`: the wrong equation, the right one, the reason."""
