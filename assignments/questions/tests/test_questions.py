from grader.kit import Mismatch, answer, choice, fail, number

WORDS = (20, 250)  # allowed in the text
UNITS = 2**9  # configurations of 10 inputs with an odd number of ones


def linear(student):
    return choice(student, "q1", "abcd")


def units(student):
    return number(student, "q2")


def text(student):
    """The text of question 3. Fails unless its length is allowed."""
    found = answer(student, "q3")
    count = len(found.split())
    if not WORDS[0] <= count <= WORDS[1]:
        fail(f"[q3] has {count} words; {WORDS[0]} to {WORDS[1]} are allowed.")
    return found


def test_answers_can_be_read(student):
    unread = []
    for read in (linear, units, text):
        try:
            read(student)
        except Mismatch as mismatch:
            unread.append(mismatch.message)

    assert not unread, "\n".join(unread)


def test_why_not_xor(student, by_hand):
    by_hand(text(student))


def test_linear_layers(student):
    assert linear(student) == "b", "Multiply the weight matrices of two such layers: what is the result?"


def test_units_needed(student):
    counted = units(student)

    assert counted == UNITS, f"{counted:g} is not the number of configurations that need a unit."
