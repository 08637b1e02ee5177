"""A second ELMo, in float64 NumPy, written from the file format alone: the tests' reference.

It shares no line with elmo/: one word at a time, one position at a time, no batches, no caches.
"""

import json

import h5py
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class NumpyElmo:
    """Reads options.json and weights.hdf5, gives all layers of one sentence."""

    def __init__(self, options_file, weight_file):
        with open(options_file) as file:
            self.options = json.load(file)
        self.weights = {}
        with h5py.File(weight_file) as file:
            file.visititems(
                lambda name, item: (
                    self.weights.__setitem__(name, item[...].astype(np.float64))
                    if isinstance(item, h5py.Dataset)
                    else None
                )
            )
        self.state = {}

    def ids(self, word):
        n = self.options["char_cnn"]["max_characters_per_token"]
        if word in ("<S>", "</S>"):
            middle = [256 if word == "<S>" else 257]
        else:
            middle = list(word.encode("utf-8", "ignore")[: n - 2])
        row = [258, *middle, 259]
        return row + [260] * (n - len(row))

    def token(self, word):
        cnn, w = self.options["char_cnn"], self.weights
        characters = w["char_embed"][self.ids(word)]
        activate = np.tanh if cnn["activation"] == "tanh" else lambda x: np.maximum(x, 0)
        found = []
        for index, (width, _) in enumerate(cnn["filters"]):
            kernel, bias = w[f"CNN/W_cnn_{index}"][0], w[f"CNN/b_cnn_{index}"]
            positions = [
                np.einsum("we,wen->n", characters[at : at + width], kernel) + bias
                for at in range(len(characters) - width + 1)
            ]
            found.append(activate(np.max(positions, axis=0)))
        x = np.concatenate(found)
        for k in range(cnn["n_highway"] or 0):
            high = f"CNN_high_{k}/"
            gate = sigmoid(x @ w[high + "W_carry"] + w[high + "b_carry"])
            new = np.maximum(x @ w[high + "W_transform"] + w[high + "b_transform"], 0)
            x = gate * new + (1 - gate) * x
        if "CNN_proj/W_proj" in w:
            x = x @ w["CNN_proj/W_proj"] + w["CNN_proj/b_proj"]
        return x

    def lstm(self, direction, layer, inputs, carry):
        lstm, w = self.options["lstm"], self.weights
        cell = f"RNN_{direction}/RNN/MultiRNNCell/Cell{layer}/LSTMCell/"
        d, p = lstm["dim"], lstm["projection_dim"]
        h, c = self.state.get((direction, layer), (np.zeros(p), np.zeros(d)))
        h, c = (h, c) if carry else (np.zeros(p), np.zeros(d))
        outputs = []
        for x in inputs:
            gates = np.concatenate([x, h]) @ w[cell + "W_0"] + w[cell + "B"]
            i, j, f, o = gates.reshape(4, d)
            c = sigmoid(i) * np.tanh(j) + sigmoid(f + 1.0) * c
            if lstm.get("cell_clip"):
                c = np.clip(c, -lstm["cell_clip"], lstm["cell_clip"])
            h = sigmoid(o) * np.tanh(c)
            if cell + "W_P_0" in w:
                h = h @ w[cell + "W_P_0"]
            if lstm.get("proj_clip"):
                h = np.clip(h, -lstm["proj_clip"], lstm["proj_clip"])
            outputs.append(h)
        self.state[direction, layer] = h, c
        return outputs

    def layers(self, words, carry=False):
        """(n_layers + 1, tokens, 2 p); with `carry` the LSTMs go on from the last sentence."""
        lstm = self.options["lstm"]
        x = [self.token(word) for word in ["<S>", *words, "</S>"]]
        result = [np.hstack([x, x])]
        forward, backward = x, x[::-1]
        for layer in range(lstm.get("n_layers", 1)):
            out = self.lstm(0, layer, forward, carry), self.lstm(1, layer, backward, carry)
            skip = layer > 0 and lstm["use_skip_connections"]
            forward = [a + b for a, b in zip(out[0], forward)] if skip else out[0]
            backward = [a + b for a, b in zip(out[1], backward)] if skip else out[1]
            result.append(np.hstack([forward, backward[::-1]]))
        return np.stack(result)[:, 1:-1]
