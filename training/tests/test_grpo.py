import torch

from versusq_training import grpo
from versusq_training.grpo import Settings
from versusq_training.model import Decoder, Dimensions
from versusq_training.rationale import Claim, Scene, encode, text, vocabulary

S = Settings()
INDEX = {t: i for i, t in enumerate(vocabulary())}
WORDS = vocabulary()


def written(claims=(), margin=2.0):
    ids = encode(text(list(claims), margin, Scene(False, False, False)), INDEX)
    return [WORDS[i] for i in ids[:-1]]  # without <eos>: texts are drawn up to <margin>


def small_decoder(seed=0):
    torch.manual_seed(seed)
    return Decoder(Dimensions(1, 1, 1, len(WORDS), model=32, layers=1, heads=2)).eval()


def test_advantages_sum_to_nothing_and_ignore_shift_and_scale():
    r = torch.rand(5, 8, generator=torch.Generator().manual_seed(1))
    a = grpo.advantages(r)
    assert torch.allclose(a.sum(1), torch.zeros(5), atol=1e-4)
    assert torch.allclose(a, grpo.advantages(100 * r + 7), atol=2e-2)


def test_a_group_of_equal_rewards_teaches_nothing():
    assert torch.equal(grpo.advantages(torch.full((2, 8), 1.3)), torch.zeros(2, 8))


def test_coupling_has_mean_one_keeps_the_floor_and_carries_no_gradient():
    a = torch.randn(4, 8, requires_grad=True)
    w = grpo.coupling(a, S)
    assert torch.allclose(w.mean(1), torch.ones(4), atol=1e-6)
    assert float(w.min()) >= S.floor and not w.requires_grad
    assert torch.equal(w.argmax(1), a.argmax(1))


def test_k3_is_never_negative_and_nothing_at_the_reference():
    p, q = torch.randn(50), torch.randn(50)
    assert float(grpo.k3(p, q).min()) >= 0 and torch.equal(grpo.k3(p, p), torch.zeros(50))


def test_the_ratio_is_clipped_on_the_side_that_would_gain():
    s = Settings(beta=0.0)
    def slope(log_p, a):
        x = torch.tensor([[log_p]], requires_grad=True)
        grpo.policy_loss(x, torch.zeros(1, 1), torch.zeros(1, 1), torch.tensor([a]), torch.ones(1, 1), s).backward()
        return float(x.grad)
    assert slope(0.5, 1.0) == 0 and slope(-0.5, -1.0) == 0
    assert slope(-0.5, 1.0) < 0 and slope(0.5, -1.0) > 0


def test_padding_carries_no_gradient_and_texts_count_alike():
    x = torch.zeros(2, 4, requires_grad=True)
    mask = torch.tensor([[1.0, 1, 1, 1], [1, 1, 0, 0]])
    grpo.policy_loss(x, torch.zeros(2, 4), torch.zeros(2, 4), torch.tensor([1.0, 1.0]), mask, Settings(beta=0.0)).backward()
    assert torch.equal(x.grad[1, 2:], torch.zeros(2))
    assert torch.allclose(x.grad.sum(1), torch.tensor([-0.5, -0.5]))


def test_gradients_equal_finite_differences():
    log_p = torch.randn(2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(2)) * 0.05
    old, reference = torch.zeros_like(log_p), torch.full_like(log_p, 0.1)
    advantage, mask = torch.tensor([0.7, -0.4], dtype=torch.float64), torch.ones_like(log_p)
    assert torch.autograd.gradcheck(lambda x: grpo.policy_loss(x, old, reference, advantage, mask, S), log_p.requires_grad_(True), eps=1e-6, atol=1e-6)
    m = torch.tensor([[0.3, -0.2]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: grpo.margin_loss(x, torch.tensor([[-0.3, 0.1]], dtype=torch.float64), torch.tensor([[0.1]], dtype=torch.float64), torch.ones(1, 2, dtype=torch.float64), S), m, eps=1e-6, atol=1e-6)


def test_rewards_fall_with_the_error_and_see_through_a_choice_that_contradicts():
    y = torch.tensor([[2.0]])
    m = torch.tensor([[2.0, 1.0, -2.0, 2.0]])
    full, choice = torch.ones(1, 4), torch.tensor([[1.0, 1.0, -1.0, -1.0]])
    r = grpo.rewards(m, y, full, choice, full, S)[0]
    assert r[0] > r[1] > r[2] and abs(float(r[0] - r[3]) - S.agree) < 1e-6
    assert abs(float(r[0]) - (S.form + S.fidelity + S.bell_weight + S.agree + S.claims)) < 1e-5
    probe = m.clone().requires_grad_(True)
    assert not grpo.rewards(probe, y, full, choice, full, S).requires_grad


def test_texts_are_parsed_as_they_are_trained():
    claims = [Claim("b", "noise", 3, 0, 8, "whole"), Claim("a", "banding", 1, 2, 4, "top-left")]
    assert grpo.parse(written(claims)) == (True, {("b", "noise"), ("a", "banding")}, 1)
    assert grpo.parse(written(margin=0.1)) == (True, set(), 0)
    broken = written(claims)
    assert grpo.parse(broken[:3] + broken[4:])[0] is False
    assert grpo.parse([w for w in broken if not w.startswith("<better")])[0] is False
    assert grpo.claim_f1(set(), set()) == 1 and grpo.claim_f1({("a", "noise")}, set()) == 0


def test_a_mirrored_text_speaks_of_the_other_clip_and_mirrors_back():
    tokens = torch.tensor([[INDEX[t] for t in written([Claim("b", "noise", 3, 0, 8, "whole")])]])
    other = [WORDS[i] for i in grpo.mirror(tokens)[0].tolist()]
    assert grpo.parse(other)[1:] == ({("a", "noise")}, -1)
    assert torch.equal(grpo.mirror(grpo.mirror(tokens)), tokens)


def test_sampling_repeats_with_its_seed_and_reading_gives_what_was_drawn():
    decoder, prefix = small_decoder(), torch.randn(4, 3, 32)
    s = Settings(limit=12)
    a, b = (grpo.sample(decoder, prefix, s, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(a.tokens, b.tokens)
    log_p, m, _, ended = grpo.read(decoder, prefix, a.tokens)
    assert log_p.shape == a.mask.shape and m.shape == (4,) and float(log_p.detach().max()) <= 0
    assert ended.tolist() == [row[-1] == INDEX["<margin>"] or INDEX["<margin>"] in row for row in a.tokens.tolist()]


def bandit(s, steps=40, seed=0):
    """Two pairs told apart by their prefix. Gives mean |error| of the margins at the end and the share of well-formed texts."""
    torch.manual_seed(seed)
    decoder = small_decoder(seed)
    prefix = torch.randn(2, 2, 32)
    y = torch.tensor([2.0, -1.5])
    texts = [[INDEX[t] for t in written(margin=float(v))] for v in y]
    length = max(map(len, texts))
    tokens = torch.tensor([t + [INDEX["<pad>"]] * (length - len(t)) for t in texts])
    warm = torch.optim.Adam(decoder.parameters(), 5e-3)
    for _ in range(80):
        log_p, _, _, _ = grpo.read(decoder, prefix, tokens)
        loss = -(log_p * (tokens[:, 1:] != INDEX["<pad>"])).sum() / tokens.shape[0] / length
        warm.zero_grad()
        loss.backward()
        warm.step()
    reference, draws = small_decoder(seed), torch.Generator().manual_seed(seed)
    reference.load_state_dict(decoder.state_dict())
    optimiser = torch.optim.Adam(decoder.parameters(), 3e-3)
    for _ in range(steps):
        loss, report = grpo.step(decoder, reference, (prefix, -prefix), y, [[], []], s, draws)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return report


def test_margins_and_form_are_learned_and_regression_does_the_work():
    s = Settings(limit=30)
    learned, alone = bandit(s), bandit(Settings(limit=30, coupled=0.0))
    assert learned["form"] > 0.8
    assert learned["error"] < 0.2 and alone["error"] > 1
