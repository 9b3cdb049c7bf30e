import itertools

from versusq_training.rationale import Claim, REGIONS, Scene, build_tokenizer, encode, text, vocabulary
from versusq_training.recipes import ATTRIBUTES

SCENES = [Scene(*f) for f in itertools.product((False, True), repeat=3)]


def all_texts():
    for n, (attribute, region) in enumerate(itertools.product(ATTRIBUTES, REGIONS)):
        for severity, (first, last), margin in ((1, (0, 8), 0.2), (3, (2, 5), -1.5), (5, (6, 8), 5.0)):
            claims = [Claim("b" if margin > 0 else "a", attribute, severity, first, last, region), Claim("a", "noise", 2, 0, 3, "left")]
            yield text(claims[: 1 + n % 2], margin, SCENES[n % 8])
    for scene in SCENES:
        yield text([], 0.0, scene)


def test_every_text_is_made_of_known_words_and_short_enough():
    index = {t: i for i, t in enumerate(vocabulary())}
    assert len(index) <= 1500
    assert max(len(encode(t, index)) for t in all_texts()) < 200


def test_texts_vary_in_their_words():
    proses = {t.split("<prose>")[1] for t in all_texts()}
    assert len(proses) > 300


def test_equal_claims_give_equal_words_and_swapped_sides_mirrored_words():
    claims = [Claim("b", "sharpness", 3, 0, 8, "whole"), Claim("b", "smoothness", 2, 3, 5, "whole")]
    turned = [Claim("a", c.attribute, c.severity, c.first, c.last, c.region) for c in claims]
    forward, back = text(claims, 2.0, SCENES[3]), text(turned, -2.0, SCENES[3])
    swap = {"<a>": "<b>", "<b>": "<a>", "<better:a>": "<better:b>", "<better:b>": "<better:a>"}
    index = {t: i for i, t in enumerate(vocabulary())}
    words = vocabulary()
    mirrored = [swap.get(words[i], words[i]) for i in encode(forward, index)]
    assert mirrored == [words[i] for i in encode(back, index)]


def test_tokenizer_file_gives_the_words_back():
    index = {t: i for i, t in enumerate(vocabulary())}
    ids = encode("<prose> <a> shows clear noise at the upper left, most visible in the dark parts. <better:b> <margin>", index)
    assert "shows clear noise at the upper left, most visible in the dark parts." in build_tokenizer().decode(ids)


def test_what_happens_to_whole_pictures_has_no_place():
    for attribute in ("flicker", "smoothness"):
        for severity, scene in itertools.product(range(1, 6), SCENES):
            assert "picture" not in text([Claim("b", attribute, severity, 0, 8, "whole")], 3.0, scene)
    said = {text([Claim("b", "noise", s, 0, 8, "whole")], 3.0, scene) for s in range(1, 6) for scene in SCENES}
    assert any("picture" in t for t in said), "of others it is said where they are"
