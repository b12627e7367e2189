"""What students wrote in `answers.txt` of the questions, by first name: the letter, the number, the text."""

from __future__ import annotations

ANSWERS = {
    "wei": ("b", "512", """
A threshold unit splits the plane into two half-planes, w·x + b > 0 and w·x + b <= 0. Both are
convex: if two points satisfy the inequality, any average of them does, since w·x + b of an average
is the average of the two values. XOR puts (0,1) and (1,0) into the first and (0,0) and (1,1) into
the second. (1/2, 1/2) is the average of both pairs, so it would have to be in both. That can't be.
"""),
    "yuki": ("b", "512", """
Take the midpoint m = (1/2, 1/2). (0,1) and (1,0) are both on the side "1". This side is a half-
plane, so it is convex and m is in it, too. (0,0) and (1,1) are both on the side "0", also convex,
and m is in it for the same reason. No point has two sides, so such a unit does not exist.
"""),
    "goran": ("b", "512", """
Assume there is one. f(x) = w1*x1 + w2*x2 + b must be > 0 at (0,1) and (1,0) and <= 0 at (0,0) and
(1,1). Add the first two: w1 + w2 + 2b > 0. Add the other two: w1 + w2 + 2b <= 0. Contradiction. In
the picture this is the point in the middle of the square, f there is (w1 + w2 + 2b)/2.
"""),
    "camille": ("c", "512", """
If you draw the four points you see that the two points with 1 are opposite corners of the square
and the two with 0 as well. The unit is a straight line and however you place the line, one of the
corners is always on the wrong side. So you need two lines.
"""),
    "aoife": ("b", "512", """
Half-spaces are convex: for u and v with w·u + b > 0 and w·v + b > 0 the midpoint gives half of (w·u
+ b) + (w·v + b), which is > 0 again, and the same with <= 0. Now u = (0,1), v = (1,0) have to be on
the positive side and (0,0), (1,1) on the other. Both pairs have the midpoint (0.5, 0.5), which
would be > 0 and <= 0 at once.
"""),
    "mira": ("b", "512", """
The unit says 1 on one half-plane and 0 on the other one. (0,1) and (1,0) have to lie in the first,
(0,0) and (1,1) in the second. The middle between (0,1) and (1,0) is (1/2, 1/2), and that is also
the middle between (0,0) and (1,1). So this point would be in both half-planes, but they don't
overlap.
"""),
    "daniel": ("b", "10", """
XOR is 1 for (0,1) and (1,0). These two points are in one half-space and because a half-space is
convex the whole segment between them is in it. The segment between (0,0) and (1,1) is in the other
half-space. The two segments cross, but the half-spaces have no common point. So there is no such
unit.
"""),
    "anika": ("b", "512", """
A single unit has a hyperplane as its boundary, in 2D a line. Points with output 1 and points with
output 0 must be separable by it. By convexity each side contains the connecting line of its points.
The diagonals of the unit square are these connecting lines and they intersect at (1/2, 1/2).
"""),
    "zoe": ("d", "512", """
From (0,0) -> 0 we get b <= 0. From (0,1) -> 1 we get w2 + b > 0 and from (1,0) -> 1 we get w1 + b >
0. Then w1 + w2 + b > -b >= 0, so the unit says 1 at (1,1), where XOR is 0. I know this does not use
convexity, but I think it is correct.
"""),
    "lukasz": ("b", "1024", """
Both sets {x : w·x + b > 0} and {x : w·x + b <= 0} are convex (half-spaces). XOR wants (0,1), (1,0)
in the first, (0,0), (1,1) in the second. Take lambda = 1/2 in the definition for each pair: (1/2,
1/2) is in the first and in the second set, but the second is the complement of the first.
"""),
    "soren": ("b", "512", """
One unit can only do AND, OR and so on, since its picture is a line. For XOR one needs to be between
two lines. Therefore the half-space containing (0,1) and (1,0) always contains one of the other two
points too, by convexity.
"""),
    "noor": ("b", "512", """
Say w·x + b > 0 for (0,1) and (1,0). The average of the two inputs is (1/2, 1/2), and there w·x + b
is the average of two positive numbers, so it is positive. For (0,0) and (1,1) the values are not
positive, the average input is (1/2, 1/2) again, and its value must be <= 0. So one number would be
positive and not positive.
"""),
    "sofia": ("b", "512", """
The set where the output is 1 is an open half-plane and hence convex. It contains (0,1) and (1,0),
so also their midpoint. The set where the output is 0 is convex as well and contains (0,0) and
(1,1), so also their midpoint, which is the same point (0.5, 0.5). Contradiction.
"""),
    "rania": ("b", "512", """
Because XOR is not linearly separable. The perceptron can only learn linearly separable functions as
Minsky and Papert have shown in 1969, and this is the reason why networks with hidden layers were
needed, see the slide with the four points.
"""),
    "mateo": ("c", "2/4", """
You can't draw one line so that the points (0,1) and (1,0) are on the one side and (0,0) and (1,1)
on the other. In the middle at (0.5, 0.5) both diagonals meet and the unit would need to have both
values there.
"""),
    "chinedu": ("b", "512", """
Let H be the half-space where the unit fires. (0,1) and (1,0) belong to H. H is convex, so with
lambda = 1/2 also (1/2, 1/2) belongs to H. The rest of the plane is a half-space too, it has (0,0)
and (1,1), and so (1/2, 1/2) belongs to the rest. It can't belong to both, so XOR needs more than
one unit.
"""),
    "ngoc": ("b", "10", """
The inputs (0,1) and (1,0) are class 1 and (0,0), (1,1) are class 0. Suppose a line separates them.
Each side of a line is convex. So the midpoint of class 1 stays in side 1, the midpoint of class 0
stays in side 0. But I computed both and they are equal: (0.5, 0.5).
"""),
    "joao": ("c", "512", """
With one unit the function is monotone in each input: if w1 is positive then more x1 can only switch
it on. XOR is switched on by x1 if x2 = 0 and off if x2 = 1, so w1 would have to be positive and
negative.
"""),
}  # fmt: skip


def answers_file(who: str) -> bytes:
    """The file that this student hands in."""
    letter, number, text = ANSWERS[who]
    return f"[q1] {letter}\n\n[q2] {number}\n\n[q3]\n{text.strip()}\n".encode()
