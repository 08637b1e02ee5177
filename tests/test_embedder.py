"""`Elmo`: stateless, in order, lazy, and clear about what it refuses."""

import copy
import importlib.util
import pickle
import threading
import warnings

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import elmo.model.scalar_mix
from elmo import Elmo, ScalarMix, mix_layers
from elmo.errors import InputError
from elmo.model.word_cache import WordCache


@pytest.fixture(scope="module")
def model(small_model_files):
    return Elmo(*small_model_files)


def layers(model, sentences, **arguments):
    return [result.layers for result in model.embed(sentences, **arguments)]


words = st.text(max_size=60)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sentences=st.lists(st.lists(words, max_size=12), min_size=1, max_size=6),
    seed=st.integers(0, 100),
    batch_tokens=st.integers(1, 60),
)
def test_batch_mates_order_and_size_change_nothing(model, sentences, seed, batch_tokens):
    alone = [layers(model, [sentence])[0] for sentence in sentences]
    order = np.random.default_rng(seed).permutation(len(sentences))
    together = layers(model, [sentences[i] for i in order], batch_tokens=batch_tokens)
    for place, index in enumerate(order):
        np.testing.assert_allclose(together[place], alone[index], rtol=0, atol=1e-5)


def test_padding_is_exactly_zero(model, sentences):
    rows = [tuple(sentence) for sentence in sentences]
    lengths = torch.tensor([len(row) + 2 for row in rows])
    output = model.model(model._words.of_sentences(rows), lengths).layers
    for row, length in enumerate(lengths):
        assert (output[:, row, length:] == 0).all()
        assert (output[:, row, :length] != 0).any()


def test_the_word_cache_changes_nothing(model, sentences):
    model.clear_word_cache()
    first = layers(model, sentences)
    second = layers(model, sentences)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)


def test_words_share_their_first_48_bytes(model):
    long = "x" * 48
    same, other = layers(model, [[long], [long + "tail"]]), layers(model, [["x" * 47 + "y"]])
    np.testing.assert_allclose(same[0], same[1], rtol=0, atol=1e-6)
    assert not np.allclose(same[0], other[0])


def test_boundary_words_have_their_own_vector_and_differ_from_lower_case(model):
    boundary, lower = model.token_vectors(["<S>", "<s>"])
    assert not np.allclose(boundary, lower)


def test_results_come_lazily_and_in_order(model):
    read = []

    def source():
        for number in range(200):
            read.append(number)
            yield [str(number)] * (number % 7)

    results = model.embed(source(), batch_tokens=16)
    assert next(results).tokens == ()
    assert len(read) < 60, "a window was read, not everything"
    for number, result in enumerate(results, 1):
        assert result.tokens == (str(number),) * (number % 7)


def test_an_empty_list_gives_nothing(model):
    assert list(model.embed([])) == []


def test_threads_get_the_same_vectors(model, sentences):
    expected = layers(model, sentences)
    model.clear_word_cache()
    results = [None] * 6

    def work(number):
        results[number] = layers(model, sentences, batch_tokens=7 + number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(results))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        for one, other in zip(result, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ("The bank", "one string"),
        (["The bank"], "sentence 0 is the string 'The bank'"),
        ([["a"], ["b", 3]], "sentence 1, word 1 is int"),
        ([["a"], ["b"] * 6000], "sentence 1 has 6,000 words, at most 5,000"),
    ],
)
def test_refusals_name_the_sentence(model, sentences, message):
    with pytest.raises(InputError, match=message):
        list(model.embed(sentences))


def test_one_file_of_two_is_refused(small_model_files):
    with pytest.raises(InputError, match="weight_file is None"):
        Elmo(small_model_files[0])


def test_state_of_another_batch_is_refused(model):
    _, state = model.embed_batch([["a"], ["b"]])
    with pytest.raises(InputError, match="state has 2 rows and the batch 1"):
        model.embed_batch([["a"]], state)


def test_carried_state_is_only_used_when_passed(model):
    fresh = layers(model, [["bank"]])[0]
    _, state = model.embed_batch([["river"]])
    carried, _ = model.embed_batch([["bank"]], state)
    assert not np.allclose(carried[0].layers[1], fresh[1])
    np.testing.assert_allclose(layers(model, [["bank"]])[0], fresh, rtol=0, atol=1e-6)


class TestMix:
    def test_equal_by_default(self, model):
        result = next(model.embed([["a", "b"]]))
        np.testing.assert_allclose(result.mix(), result.layers.mean(0), atol=1e-6)

    def test_raw_weights_go_through_the_softmax(self, model):
        result = next(model.embed([["a", "b"]]))
        raw = np.array([0.3, -1.2, 2.0])
        normalized = np.exp(raw) / np.exp(raw).sum()
        np.testing.assert_allclose(result.mix(raw, raw=True), result.mix(normalized), atol=1e-6)

    def test_gamma_scales_and_turns_nothing(self, model):
        result = next(model.embed([["a", "b"]]))
        np.testing.assert_allclose(result.mix(gamma=2.5), 2.5 * result.mix(), rtol=1e-5)

    def test_layer_norm_is_by_token(self, model):
        together = next(model.embed([["a", "b", "c"]]))
        mixed = together.mix(layer_norm=True)
        one = mix_layers(together.layers[:, :1], layer_norm=True)
        np.testing.assert_allclose(mixed[:1], one, atol=1e-6)
        assert not np.allclose(mixed, together.mix(), atol=1e-2)

    @pytest.mark.parametrize("layer_norm", [False, True])
    def test_equals_the_trainable_module(self, model, layer_norm):
        result = next(model.embed([["a", "b", "c"]]))
        module = ScalarMix(3, layer_norm=layer_norm)
        with torch.no_grad():
            module.scalar_weights.copy_(torch.tensor([0.1, 0.7, -0.4]))
            module.gamma.fill_(1.7)
        mixed = module(torch.from_numpy(result.layers)).detach().numpy()
        mine = result.mix([0.1, 0.7, -0.4], raw=True, gamma=1.7, layer_norm=layer_norm)
        np.testing.assert_allclose(mine, mixed, atol=1e-5)

    def test_the_module_learns(self):
        target = torch.tensor([0.0, 1.0, 0.0])
        stack = torch.randn(3, 50, 8, generator=torch.Generator().manual_seed(0))
        module = ScalarMix(3)
        optimizer = torch.optim.Adam(module.parameters(), lr=0.1)
        for _ in range(200):
            optimizer.zero_grad()
            loss = (module(stack) - torch.tensordot(target, stack, dims=1)).pow(2).mean()
            loss.backward()
            optimizer.step()
        assert module.normalized_weights[1] > 0.9
        assert module.normalized_weights.sum().item() == pytest.approx(1)

    @pytest.mark.parametrize(
        ("weights", "message"),
        [
            ([1, 0], "2 values, expected 3"),
            ([1, 1, 1], "sum to 3"),
            ([2, -1, 0], "at least 0"),
            ([float("nan"), 0, 1], "finite"),
        ],
    )
    def test_refusals(self, model, weights, message):
        with pytest.raises(InputError, match=message):
            next(model.embed([["a"]])).mix(weights)


def test_the_cache_is_bounded(model, monkeypatch):
    monkeypatch.setattr(model._words, "cache", WordCache(10))
    model.token_vectors([str(i) for i in range(30)])
    assert len(model._words.cache) == 10


def test_process_keeps_places_in_the_text(model):
    text = "It rained. «Naïve» dogs   barked!\nNew line"
    result = model.process(text)
    assert [text[a:b] for a, b in result.spans] == list(result.tokens)
    assert len(result.sentences) == 3
    assert result.layers.shape[1] == len(result.tokens)


def test_an_empty_text_gives_no_words(model):
    result = model.process("  \n ")
    assert result.tokens == () and result.mix().shape == (0, 12)


def test_copies_give_the_same_vectors(model, sentences):
    # A copy begins with an empty cache. A word cached from another test's batch may differ in the
    # last bits of float32, as the matrix product rounds a small batch otherwise on some processors.
    model.clear_word_cache()
    expected = layers(model, sentences)
    for copied in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):  # noqa: S301
        assert copied.fingerprint == model.fingerprint and copied.name == model.name
        for one, other in zip(layers(copied, sentences), expected, strict=True):
            np.testing.assert_array_equal(one, other)


class Rows(torch.utils.data.Dataset):
    """A data set that embeds in the loader's processes."""

    def __init__(self, model, sentences):
        self.model, self.sentences = model, sentences

    def __len__(self):
        return len(self.sentences)

    def __getitem__(self, index):
        return next(self.model.embed([self.sentences[index]])).mix()


def test_in_spawned_workers_of_a_data_loader(model, sentences):
    rows = [sentence for sentence in sentences if sentence]
    loader = torch.utils.data.DataLoader(
        Rows(model, rows), batch_size=None, num_workers=1, multiprocessing_context="spawn"
    )
    for row, sentence in zip(loader, rows, strict=True):
        np.testing.assert_allclose(row, next(model.embed([sentence])).mix(), rtol=1e-5, atol=1e-5)


def test_a_module_learns_from_read_batch(model):
    mix = ScalarMix(3)
    mix(model.read_batch([["a", "b"], ["c"]]).layers).sum().backward()
    assert mix.scalar_weights.grad is not None and mix.scalar_weights.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in model.model.parameters())


def test_an_empty_text_has_the_models_dtype(small_model_files):
    for dtype, expected in ((torch.float32, np.float32), (torch.float64, np.float64)):
        exact = Elmo(*small_model_files, dtype)
        assert exact.process("").layers.dtype == exact.process("a").layers.dtype == expected


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("cuda", "device is 'cuda', but .* device='cpu'"),
        ("cuda:7", "device is 'cuda:7', but"),
        ("gpu", "device is 'gpu', expected 'cpu', 'cuda' or 'mps'"),
        ("meta", "device is 'meta', which is not available here"),
    ],
)
def test_a_device_that_is_not_here(small_model_files, monkeypatch, device, words):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match=words):
        Elmo(*small_model_files, device=device)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA here")
def test_cuda_gives_the_processors_vectors(small_model_files, sentences):
    there, here = Elmo(*small_model_files, device="cuda"), Elmo(*small_model_files)
    for _ in range(2):  # the second time from the cache of words
        for one, other in zip(layers(there, sentences), layers(here, sentences), strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)


@given(
    batches=st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=12),
    max_words=st.integers(1, 12),
)
def test_the_cache_of_words_against_a_plain_dictionary(batches, max_words):
    cache, order = WordCache(max_words), []
    for batch in batches:
        keys = [bytes([number]) for number in dict.fromkeys(batch)]
        known, vectors = cache.find(keys)
        assert known == [key for key in keys if key in order]
        if vectors is not None:
            assert vectors[:, 0].tolist() == [key[0] for key in known]
        order = [key for key in order if key not in known] + known
        new = [key for key in keys if key not in known]
        cache.keep(new, torch.tensor([[float(key[0])] * 3 for key in new]).reshape(len(new), 3))
        order = (order + new)[-max_words:]
        assert len(cache) == len(order)


def test_the_mix_in_torchscript():
    """From the source as it is: the tests' own import adds checks of shapes that TorchScript cannot read."""
    place = importlib.util.spec_from_file_location(
        "plain_scalar_mix", elmo.model.scalar_mix.__file__
    )
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    x = torch.randn(3, 2, 4, 5)
    for layer_norm in (False, True):
        mix = module.ScalarMix(3, layer_norm)
        with torch.no_grad():
            mix.scalar_weights.copy_(torch.tensor([0.3, -1.0, 2.0]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # TorchScript is to go some day
            scripted = torch.jit.script(mix)
        torch.testing.assert_close(scripted(x), mix(x))


def test_an_untrained_model_has_the_same_sizes_and_other_weights(model):
    sentence = ["The", "bank", "of", "a", "river"]
    before = layers(model, [sentence])[0].copy()
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    other = model.untrained(seed=1)
    assert torch.equal(torch.rand(1), expected)  # the generator that others draw from is left alone
    found = layers(other, [sentence])[0]
    assert found.shape == before.shape and not np.allclose(found, before)
    np.testing.assert_array_equal(found, layers(model.untrained(seed=1), [sentence])[0])
    assert not np.allclose(found, layers(model.untrained(seed=2), [sentence])[0])
    assert other.options == model.options and other.fingerprint != model.fingerprint
    assert other.constants.output is None
    np.testing.assert_array_equal(layers(model, [sentence])[0], before)
