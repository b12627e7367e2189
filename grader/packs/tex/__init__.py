"""TeX formulas read by a closed grammar: what is not known is refused, never drawn as something else."""
