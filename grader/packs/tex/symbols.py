"""What each command without an argument stands for. The lists are closed: what is in none is refused."""

from __future__ import annotations

from collections.abc import Mapping


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return {f"\\{name}": sign for name, sign in zip(words[::2], words[1::2], strict=True)}


GREEK = _pairs("""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
    lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ
    chi χ psi ψ omega ω""")
CAPITALS = _pairs("""
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω""")
UPRIGHT = _pairs(r"""
    infty ∞ nabla ∇ ell ℓ hbar ℏ forall ∀ exists ∃ neg ¬ lnot ¬ emptyset ∅ varnothing ∅ top ⊤ bot ⊥
    intercal ⊺ Re ℜ Im ℑ angle ∠ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ dagger † ddagger ‡ vert | Vert ‖
    | ‖ backslash \ % % # # & & _ _ $ $ prime ′ checkmark ✓""")
BINARY = _pairs("""
    pm ± mp ∓ times × div ÷ cdot ⋅ circ ∘ bullet ∙ ast ∗ star ⋆ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙
    wedge ∧ land ∧ vee ∨ lor ∨ cap ∩ cup ∪ setminus ∖""")
RELATIONS = _pairs("""
    le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ lt < gt > equiv ≡ sim ∼ simeq ≃ approx ≈ cong ≅ propto ∝
    in ∈ ni ∋ notin ∉ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ mid ∣ parallel ∥ perp ⟂ to → rightarrow →
    leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ longrightarrow ⟶
    longleftarrow ⟵ Longrightarrow ⟹ Longleftarrow ⟸ iff ⟺ implies ⟹ impliedby ⟸ Longleftrightarrow ⟺
    mapsto ↦ longmapsto ⟼ hookrightarrow ↪ coloneqq ≔ triangleq ≜ prec ≺ succ ≻ lesssim ≲ gtrsim ≳""")
OPENING = _pairs(r"{ { lbrace { lbrack [ langle ⟨ lceil ⌈ lfloor ⌊ lvert | lVert ‖")
CLOSING = _pairs(r"} } rbrace } rbrack ] rangle ⟩ rceil ⌉ rfloor ⌋ rvert | rVert ‖")
BIG = _pairs("""
    sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀""")
INTEGRALS = _pairs("int ∫ iint ∬ oint ∮")
NAMED_BIG: Mapping[str, str] = {
    **_pairs("max max min min sup sup inf inf lim lim det det Pr Pr"),
    r"\limsup": "lim\u2009sup",
    r"\liminf": "lim\u2009inf",
    r"\argmax": "arg\u2009max",
    r"\argmin": "arg\u2009min",
}
NAMED = _pairs("""
    log log ln ln lg lg exp exp sin sin cos cos tan tan cot cot sec sec csc csc arcsin arcsin arccos arccos
    arctan arctan sinh sinh cosh cosh tanh tanh coth coth arg arg deg deg dim dim ker ker""")
SPACES: Mapping[str, str] = {
    r"\,": "0.167em", r"\:": "0.222em", r"\>": "0.222em", r"\;": "0.278em", "\\ ": "0.25em", "~": "0.25em",
    "\\\n": "0.25em", r"\enspace": "0.5em", r"\quad": "1em", r"\qquad": "2em",
    r"\!": "-0.167em", r"\negthinspace": "-0.167em",
}  # fmt: skip
CHARACTERS: Mapping[str, tuple[str, str]] = {  # one typed character: its kind and what is drawn
    "+": ("bin", "+"), "-": ("bin", "−"), "*": ("bin", "∗"), "=": ("rel", "="), "<": ("rel", "<"),
    ">": ("rel", ">"), ":": ("rel", ":"), ",": ("punct", ","), ";": ("punct", ";"), "(": ("open", "("),
    "[": ("open", "["), ")": ("close", ")"), "]": ("close", "]"), "!": ("upright", "!"),
    "?": ("upright", "?"), "/": ("upright", "/"), ".": ("upright", "."), "|": ("upright", "|"),
}  # fmt: skip
DELIMITERS: Mapping[str, str] = {
    **{sign: sign for sign in "()[]|/"},
    **OPENING, **CLOSING, r"\|": "‖", r"\vert": "|", r"\Vert": "‖", "<": "⟨", ">": "⟩", ".": "",
}  # fmt: skip
_KINDS = {
    "italic": GREEK, "capital": CAPITALS, "upright": UPRIGHT, "bin": BINARY, "rel": RELATIONS,
    "open": OPENING, "close": CLOSING, "big": BIG, "integral": INTEGRALS, "named_big": NAMED_BIG,
    "named": NAMED,
}  # fmt: skip
SYMBOLS: Mapping[str, tuple[str, str]] = {
    r"\partial": ("italic", "∂"),
    r"\colon": ("punct", ":"),
    **{name: (kind, sign) for kind, table in _KINDS.items() for name, sign in table.items()},
    **CHARACTERS,
}
_TYPED = ("italic", "capital", "upright", "bin", "rel", "big", "integral")
TYPED: Mapping[str, tuple[str, str]] = {  # the same signs typed as Unicode
    **{sign: (kind, sign) for kind, sign in SYMBOLS.values() if kind in _TYPED and not sign.isascii()},
    "·": ("bin", "⋅"),
    **{sign: ("italic", sign) for sign in "ℝℕℤℚℂ"},
}
