"""Bounds that are asked for by themselves: which are meant, and what is refused of them."""

from __future__ import annotations

from collections.abc import Sequence

from thermokin._errors import HypothesisError
from thermokin.bounds.bound import Statement
from thermokin.bounds.record import RECORDS
from thermokin.bounds.theorem import Theorem
from thermokin.linear_response.sampling import Sampling

__all__ = ["of_name", "require_answers", "require_domain", "require_use"]


def of_name(theorem: Theorem | str, every: Sequence[Theorem]) -> Theorem:
    """A theorem by itself or by its name.

    Args:
        theorem: either.
        every: those that are known by name.

    Returns:
        The theorem.

    Raises:
        ValueError: if there is none of that name.
    """
    if isinstance(theorem, Theorem):
        return theorem
    named = {one.name: one for one in every}
    if theorem not in named:
        known = ", ".join(map(repr, named))
        raise ValueError(f"`theorems` must name bounds of the catalogue, {known}; got {theorem!r}.")
    return named[theorem]


def require_use(wish: Sampling | None, asked: Sequence[Theorem], *, at_rest: bool) -> None:
    """Refuse a wish for trajectories that nothing asked for would use.

    Args:
        wish: as given.
        asked: the theorems asked for.
        at_rest: whether they are asked for in the steady state.

    Raises:
        ValueError: if none of them averages over the record of jumps.
    """
    if wish is None:
        return
    if not at_rest:
        raise ValueError("`trajectories` is for the steady state; leave it out beside `times`.")
    if not any(theorem.costly for theorem in asked):  # also one of the user's own
        names = ", ".join(repr(theorem.name) for theorem in RECORDS)
        raise ValueError(f"`trajectories` is for the bounds of the record; ask for some by `theorems`: {names}.")


def require_answers(found: Sequence[Statement], asked: Sequence[Theorem]) -> None:
    """Refuse theorems that say nothing.

    Args:
        found: what was found.
        asked: the theorems asked for.

    Raises:
        HypothesisError: if one of them is missing.
    """
    told = {bound.theorem.name for bound in found}
    for theorem in asked:
        if theorem.name not in told:
            raise HypothesisError(
                f"the bound {theorem.name!r} says nothing here; its domain: {theorem.domain}. Without `theorems` all "
                "bounds that say something are evaluated."
            )


def require_domain(found: Sequence[Statement]) -> None:
    """Refuse bounds outside their domain.

    Args:
        found: what was found.

    Raises:
        HypothesisError: if a hypothesis of one of them fails.
    """
    for bound in found:
        if bound.applies_everywhere:
            continue
        failed = [hypothesis for hypothesis in bound.hypotheses if not hypothesis.everywhere]
        unmet = "; ".join(str(hypothesis) for hypothesis in failed)
        remedy = next((one.remedy for one in failed if one.remedy), "")
        if remedy and all(one.remedy for one in failed):
            raise HypothesisError(
                f"the limit of the bound {bound.name!r} is not known here, for lack of this: {unmet}. {remedy}"
            )
        held = bound.applies_where
        where = f"at {held.size - held.sum()} of {held.size} points" if held.any() else "here"
        raise HypothesisError(
            f"the bound {bound.name!r} is no theorem {where}, since this does not hold: {unmet}. Ask with "
            "`outside=True` to see it all the same."
        )
