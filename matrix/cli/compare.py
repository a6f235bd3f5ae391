"""The commands that compare actors and sides: `overlap`, `common-ground`, `camps`, `coalitions`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from matrix.cli.options import (
    COUNT_HELP,
    DUPLICATES_HELP,
    MEASURES_HELP,
    MIN_N_HELP,
    NORMALIZE_HELP,
    dataset_argument,
    engine_option,
    format_option,
    open_counted,
    print_table,
    say_scope,
    say_what_is_empty,
    selection_options,
    width,
)
from matrix.wording import clean

if TYPE_CHECKING:
    from matrix.analysis.opposed import Opposed
    from matrix.dataset.dataset import Dataset
    from matrix.dataset.location import Location

MEASURE_HELP = f"{MEASURES_HELP}; with --window also polarisation (of the best split in two camps)."
TIER_RULE_HELP = "all: a side backs what any member backs; majority: what more than half of its speakers back."
MOST_SAID = 5  # cases of two who opposed each other, in words
EDGES_HELP = "A list of pairs (one, other, value, n; of actors opposed_once) instead of a table."
OF_HELP = "actors or proposals; with --window also sides."
DRAWS_HELP = "How often stances are shuffled within each proposal, to see what chance would make; 0: never."
SECONDS_HELP = "For the proof that no split of more than 20 actors is better."


@click.command()
@dataset_argument
@selection_options
@click.option("--measure", default="points", show_default=True, metavar="NAME", help=MEASURE_HELP)
@click.option("--normalize", default="none", show_default=True, metavar="NAME", help=NORMALIZE_HELP)
@click.option("--count", default="positions", show_default=True, metavar="UNIT", help=COUNT_HELP)
@click.option("--duplicates", default="keep", show_default=True, metavar="RULE", help=DUPLICATES_HELP)
@click.option("--of", default="actors", show_default=True, metavar="WHAT", help=OF_HELP)
@click.option("--edges", is_flag=True, help=EDGES_HELP)
@click.option("--min-n", default=1, show_default=True, type=click.IntRange(1), help=MIN_N_HELP)
@click.option("--order", type=click.Choice(["high", "low"]), help="Pairs by value, the highest or the lowest first.")
@click.option("--window", metavar="DAYS", help="Over time: in windows of so many days or weeks, e.g. 90d or 13w.")
@click.option("--step", metavar="DAYS", help="Over time: a window begins each so many days; left out, end to end.")
@engine_option
@format_option
def overlap(
    dataset: Location | None,
    measure: str,
    normalize: str,
    count: str,
    duplicates: str,
    of: str,
    edges: bool,
    min_n: int,
    order: str | None,
    window: str | None,
    step: str | None,
    engine: str | None,
    format_: str,
    **filters: Any,
) -> None:
    """Who stands with whom: a measure between every two actors (or proposals), with its formula and n.

    \b
    Examples:
      policy-matrix overlap --side china
      policy-matrix overlap --measure congruence --normalize average --count statements --format csv
      policy-matrix overlap --order low --min-n 5
      policy-matrix overlap --of sides --window 90d --step 30d
    """
    units = {"normalize": normalize, "count": count, "duplicates": duplicates}
    if window is not None:
        if order:
            raise click.UsageError("--order is for one table; with --window a pair's lines follow time")
        asked = {"window": window, "step": step or "", "measure": measure, "of": of, **units}
        _over_time(dataset, filters, engine, format_, min_n, **asked)
        return
    if step is not None:
        raise click.UsageError("--step needs --window, e.g. --window 90d --step 30d")

    from matrix.analysis.opposed import edges_opposed, hidden_in
    from matrix.analysis.overlap import overlap as overlap_of

    data, selection = open_counted(dataset, filters, engine, duplicates if count == "statements" else "keep")
    found = overlap_of(data, selection, measure=measure, of=of, **units)
    found = found.at_least(min_n)
    hides = hidden_in(data, selection, found)
    once, unknown = hides.cases, hides.unknown
    if found.sentence:
        click.echo(found.sentence, err=True)
    if format_ == "text":
        from matrix.cli.terminal import overlap_text

        say_scope(data, selection)
        click.echo(overlap_text(data, found, width(), min_n=min_n, order=order or "high"), nl=False)
        _say_opposed(data, once, unknown, err=False)
        return
    about: dict[str, Any] = {"measure": found.formula, "n_counts": found.n_words, "count": count}
    about |= {"opposed": [vars(o) for o in once]} if once else {}
    about |= {"opposed_unknown": unknown} if unknown else {}
    about |= {"duplicates": duplicates, **({"min_n": min_n} if min_n > 1 else {})}
    if edges:
        table = edges_opposed(data, selection, found, order=order or "")
        print_table(table.set_index("one"), "one", format_, data, selection, about)
    else:
        print_table(found.frame, "id", format_, data, selection, about)
    if format_ != "json":
        click.echo(f"{found.formula}; units: {count}; n: {found.n_words}", err=True)
        _say_opposed(data, once, unknown)


def _over_time(
    dataset: Location | None,
    filters: dict[str, Any],
    engine: str | None,
    format_: str,
    min_n: int,
    *,
    count: str,
    **asked: str,
) -> None:
    """The overlap in windows of time: a line a pair and window."""
    from matrix.analysis.over_time import over_time

    data, selection = open_counted(dataset, filters, engine)
    found = over_time(data, selection, count=count, **asked).at_least(min_n)
    if found.sentence:
        click.echo(found.sentence, err=True)
    if format_ == "text":
        from matrix.cli.terminal import over_time_text

        say_scope(data, selection)
        click.echo(over_time_text(data, found, width(), count=count), nl=False)
    else:
        about: dict[str, Any] = {name: getattr(found, name) for name in ("window", "step", "undated", "imprecise", "n")}
        about |= {"measure": found.formula, "n_counts": "dated statements", "n_of_a_row": found.n_words, "count": count}
        about |= {"windows": found.windows.to_dict("records"), "opposed": [vars(o) for o in found.opposed]}
        about |= {"opposed_unknown": found.opposed_unknown} if found.opposed_unknown else {}
        print_table(found.frame.set_index("one"), "one", format_, data, selection, about)
        if format_ != "json":
            click.echo(f"{found.formula}; units: {count}; n: {found.n_words}", err=True)
            for line in found.notes:
                click.echo(line, err=True)
    _say_opposed(data, found.opposed, found.opposed_unknown, err=format_ != "text")


def _say_opposed(data: Dataset, once: Sequence[Opposed], unknown: str = "", *, err: bool = True) -> None:
    """Whom a number over all time shows as agreed although they opposed each other; or why that is not known."""
    from matrix.analysis.opposed import opposed_in_words

    if unknown:
        click.echo(unknown, err=err)
    for line in opposed_in_words(data, once, MOST_SAID):
        click.echo(clean(line), err=err)
    if len(once) > MOST_SAID:
        click.echo("--format json lists them; --window shows the overlap over time.", err=err)


@click.command("common-ground")
@dataset_argument
@selection_options
@click.option("--sides", metavar="ID,ID", help="The sides to compare; left out, the main ones.")
@click.option("--tier-rule", default="all", show_default=True, metavar="RULE", help=TIER_RULE_HELP)
@engine_option
@format_option
def common_ground(
    dataset: Location | None, sides: str | None, tier_rule: str, engine: str | None, format_: str, **filters: Any
) -> None:
    """What can be built on: how far the sides meet on each proposal, with conditions and missing voices.

    \b
    Examples:
      policy-matrix common-ground
      policy-matrix common-ground --sides us,china --as-of 2024-12-31 --format csv
    """
    import pandas as pd

    from matrix.analysis.common_ground import SCORE
    from matrix.analysis.common_ground import common_ground as ground_of
    from matrix.analysis.side_brief import side_brief

    data, selection = open_counted(dataset, filters, engine)
    wanted = [s.strip() for s in sides.split(",") if s.strip()] if sides is not None else None
    found = ground_of(data, selection, sides=wanted, tier_rule=tier_rule)
    if found.sentence:
        click.echo(found.sentence, err=True)
    else:
        say_what_is_empty(data, len(found.frame))
    if format_ in ("csv", "markdown") and not found.sentence:
        click.echo(found.headline, err=True)
    if format_ == "text":
        from matrix.cli.terminal import common_ground_text

        click.echo(common_ground_text(data, found, width()), nl=False)
        return
    table = found.frame
    if format_ == "json":  # a program gets what a person reads beside the tier
        table = table.assign(
            tier_words=[found.asks(str(p)) for p in table.index],
            n=found.n,
            missing_words=found.missing,
            **{f"{side}_share": found.shares[side] for side in found.sides},
            **found.basis.add_prefix("weakest_"),
        )
        lines = found.who.astype(object).to_dict("records")
        table["voices"] = pd.Series(
            [
                [{k: v for k, v in one.items() if k != "proposal"} for one in lines if one["proposal"] == p]
                for p in table.index
            ],
            index=table.index,
            dtype=object,
        )
    about = {
        "headline": found.headline,
        "absent": found.absent,
        "asks_and_refusals": {
            side: {
                title: lines["proposal"].unique().tolist()
                for title, lines in side_brief(data, selection, side=side).asks_and_refusals()
            }
            for side in found.sides
        },
        "sides": found.sides,
        "tier_rule": tier_rule,
        "score": SCORE,
        "n_counts": "speakers of these sides",
    }
    print_table(table, "proposal", format_, data, selection, about)


@click.command()
@dataset_argument
@selection_options
@click.option("--normalize", default="none", show_default=True, metavar="NAME", help=NORMALIZE_HELP)
@click.option("--count", default="positions", show_default=True, metavar="UNIT", help=COUNT_HELP)
@click.option("--duplicates", default="keep", show_default=True, metavar="RULE", help=DUPLICATES_HELP)
@click.option("--draws", default=200, show_default=True, type=click.IntRange(0), help=DRAWS_HELP)
@click.option("--seconds", default=5.0, show_default=True, type=click.FloatRange(0), help=SECONDS_HELP)
@engine_option
@format_option
def camps(
    dataset: Location | None,
    normalize: str,
    count: str,
    duplicates: str,
    draws: int,
    seconds: float,
    engine: str | None,
    format_: str,
    **filters: Any,
) -> None:
    """Two camps: the split with most conflict and least agreement across it, what divides them and what joins them.

    \b
    Examples:
      policy-matrix camps
      policy-matrix camps --count statements --normalize average --format json
    """
    from matrix.analysis.camps import camps as camps_of

    data, selection = open_counted(dataset, filters, engine, duplicates if count == "statements" else "keep")
    found = camps_of(
        data, selection, normalize=normalize, count=count, duplicates=duplicates, draws=draws, seconds=seconds
    )
    if format_ == "text":
        from matrix.cli.terminal import camps_text

        click.echo(camps_text(data, found, width()), nl=False)
        return
    for line in found.findings[: 2 if found.camps[1] and found.another else 1]:  # also that others are as good
        click.echo(clean(line), err=True)
    about: dict[str, Any] = {
        "findings": found.findings,
        "camps": found.camps,
        **{name: getattr(found, name) for name in ("frustration", "frustration_unsplit", "polarisation")},
        **{name: getattr(found, name) for name in ("exact", "bound", "method")},
        **{name: getattr(found, name) for name in ("as_good", "another")},
        "null": found.null and vars(found.null),
        **{name: getattr(found, name) for name in ("wedges", "bridges", "unlinked", "apart", "undecided")},
        **{name: getattr(found, name) for name in ("formula", "normalize", "count", "duplicates", "n")},
        **{name: getattr(found, name) for name in ("polarisation_between", "n_between")},
        **({"opposed": [vars(o) for o in found.opposed]} if found.opposed else {}),
        **({"opposed_unknown": found.opposed_unknown} if found.opposed_unknown else {}),
        "n_counts": "pairs of actors who took a stance on the same proposal",
    }
    print_table(found.frame, "actor", format_, data, selection, about)


@click.command()
@dataset_argument
@selection_options
@click.option("--min-actors", default=2, show_default=True, type=click.IntRange(1), help="Smallest number of members.")
@click.option(
    "--min-proposals", default=2, show_default=True, type=click.IntRange(1), help="Shared proposals at least."
)
@click.option("--strict", is_flag=True, help="Full support only: backing on a condition does not count.")
@engine_option
@format_option
def coalitions(
    dataset: Location | None,
    min_actors: int,
    min_proposals: int,
    strict: bool,
    engine: str | None,
    format_: str,
    **filters: Any,
) -> None:
    """Maximal groups: actors who all back the same proposals, so that no actor and no proposal can be added.

    \b
    Example:
      policy-matrix coalitions --min-actors 3
    """
    from matrix.analysis.coalitions import coalitions as groups_of

    data, selection = open_counted(dataset, filters, engine)
    found = groups_of(data, selection, min_actors=min_actors, min_proposals=min_proposals, strict=strict)
    if found.sentence:
        click.echo(found.sentence, err=True)
    if format_ == "text":
        from matrix.cli.terminal import coalitions_text

        say_scope(data, selection)
        click.echo(coalitions_text(data, found, width()), nl=False)
        return
    table = found.frame[["actors", "proposals"]].map(";".join).set_index("actors")
    print_table(table, "actors", format_, data, selection, {"strict": strict})
