"""Who handed in what and when: first name, days from today, time, program; for a group one of its members.

A program is a mistake of the pack by its id, `solution` or `starter`; in `questions` the writer of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MLP_BACKPROP = """
yuki     -7 10:15 two_layers_written_in
yuki     -7 11:40 solution
wei      -7 22:10 solution
aoife    -6 12:00 h_overwritten
aoife    -6 12:40 exp_overflows
noor     -6 18:20 sigma_prime_left_out
goran    -6 20:05 batch_not_averaged
sofia    -5 08:50 sizes_written_in
aoife    -5 09:10 solution
camille  -5 11:10 w1_transposed
daniel   -5 15:42 half_missing_in_loss
daniel   -5 17:03 solution
zoe      -5 19:00 sigma_prime_left_out
zoe      -5 19:48 sigma_prime_at_h
soren    -4 13:30 sign_of_y_bar
soren    -4 14:10 sigma_prime_left_out
lukasz   -4 16:20 b1_not_summed
lukasz   -4 16:52 softmax_overflows
anika    -4 18:18 softmax_mean_of_all
goran    -4 20:31 solution
rania    -4 21:15 sigma_prime_at_h
mateo    -3 09:12 sigma_prime_left_out
sofia    -3 10:30 solution
ipek     -3 17:25 softmax_diagonal
anika    -3 18:00 solution
zoe      -3 20:30 solution
aigul    -3 22:40 sigma_prime_left_out
lukasz   -2 10:00 solution
ngoc     -2 15:05 sigma_over_outputs
ngoc     -2 16:20 batch_not_averaged
mateo    -2 18:00 batch_not_averaged
chinedu  -2 20:10 w1_transposed
chinedu  -2 21:35 sigma_prime_left_out
ipek     -1 12:45 softmax_not_averaged
tomas    -1 19:20 starter
ngoc     -1 20:40 z_clipped
fatima   -1 21:30 sigma_prime_left_out
joao     -1 22:10 b2_from_first_row
"""

QUESTIONS = """
wei      -14 20:02 wei
yuki     -13 09:31 yuki
goran    -12 18:45 goran
camille  -10 21:12 camille
aoife    -9 16:20 aoife
mira     -8 19:25 mira
daniel   -8 20:40 daniel
anika    -8 22:03 anika
zoe      -7 10:15 zoe
lukasz   -7 14:50 lukasz
soren    -7 17:33 soren
noor     -6 20:18 noor
sofia    -6 21:09 sofia
rania    -6 22:47 rania
mateo    -6 23:51 mateo
chinedu  -5 11:26 chinedu
ngoc     -5 19:02 ngoc
joao     -5 23:12 joao
"""

ACTIVATIONS = """
wei      -19 17:40 solution
yuki     -18 10:05 soft_relu_overflows
yuki     -18 10:31 solution
goran    -17 20:12 logistic_overflows
goran    -16 19:45 solution
anika    -16 21:30 difference_from_one
aoife    -15 09:22 relu_slope_of_abs
aoife    -15 10:01 solution
zoe      -15 18:14 threshold_includes_zero
noor     -15 19:50 logistic_overflows
camille  -14 16:02 tanh_not_squared
camille  -14 17:20 difference_from_one
daniel   -14 20:37 relu_slope_divides
lukasz   -14 21:15 tanh_overflows
lukasz   -13 08:40 solution
soren    -13 12:18 derivative_at_value
soren    -13 13:02 solution
noor     -13 19:05 solution
sofia    -13 20:21 relu_in_place
ipek     -13 21:44 difference_from_one
rania    -12 10:10 vectors_only
chinedu  -12 14:33 tanh_of_half
ngoc     -12 16:26 soft_relu_overflows
mira     -12 19:12 derivative_at_value
fatima   -12 20:48 z_clipped
joao     -12 22:35 relu_for_numbers_only
aigul    -12 23:20 soft_relu_steps
mira     -11 09:20 difference_from_one
mateo    -11 10:40 larger_summand_lost
tomas    -10 18:55 one_number
kofi     -10 20:15 logistic_overflows
eszter   -9 09:00 linear_is_one
hugo     -8 12:00 logistic_of_minus_z
"""

FEATURE_MAPS = """
yuki     -10 18:25 solution
aoife    -9 20:15 normal_equations
wei      -8 21:30 solution
aoife    -7 10:40 solution
anika    -6 17:55 highest_power_first
goran    -4 19:35 solution
daniel   -3 21:20 chosen_by_training_error
zoe      -2 18:10 constant_left_out
sofia    -2 20:45 solution
lukasz   -1 22:30 one_power_short
soren    -1 23:40 x_shifted_in_place
"""

VJP = """
wei      -2 16:25 copies_not_summed
wei      -2 17:10 solution
anika    -1 20:05 softmax_diagonal
"""

XOR_TRAINING = """
aoife    -1 18:30 zero_init
wei      -1 23:05 solution
"""

LAST_ACTIVATIONS = """
arjun    -226 15:30 solution
lena     -224 18:20 tanh_overflows
niamh    -223 20:00 difference_from_one
beatriz  -222 17:45 relu_slope_of_abs
omar     -221 21:10 logistic_overflows
kofi     -220 23:40 z_clipped
"""

LAST_MLP_BACKPROP = """
arjun    -209 11:05 solution
petra    -208 19:30 solution
lena     -207 20:15 batch_not_averaged
thabo    -206 16:40 softmax_overflows
niamh    -205 22:20 sigma_prime_at_h
beatriz  -204 21:55 sigma_prime_left_out
"""


@dataclass(frozen=True)
class Attempt:
    """One row of a table above."""

    who: str
    day: int
    time: str
    program: str


def rows(table: str) -> Iterator[Attempt]:
    """The attempts of a table, in its order."""
    for line in table.strip().splitlines():
        who, day, time, program = line.split()
        yield Attempt(who, int(day), time, program)


OF_TASK = {
    "mlp-backprop": tuple(rows(MLP_BACKPROP)),
    "questions": tuple(rows(QUESTIONS)),
    "activations": tuple(rows(ACTIVATIONS)),
    "feature-maps": tuple(rows(FEATURE_MAPS)),
    "vjp": tuple(rows(VJP)),
    "xor-training": tuple(rows(XOR_TRAINING)),
    "derivations": (),
}
OF_LAST_TASK = {"activations": tuple(rows(LAST_ACTIVATIONS)), "mlp-backprop": tuple(rows(LAST_MLP_BACKPROP))}
COUNT = sum(len(table) for table in (*OF_TASK.values(), *OF_LAST_TASK.values()))
