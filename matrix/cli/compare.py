"""The commands that compare actors and sides: `overlap`, `common-ground`, `coalitions`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from matrix.cli.options import (
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

MEASURE_HELP = "shared, congruence, conflict, net, points, share_same, jaccard_backed or clashes."
TIER_RULE_HELP = "all: a side backs what any member backs; majority: what more than half of its speakers back."
NORMALIZE_HELP = "none, average, jaccard, product or cosine."
DUPLICATES_HELP = (
    "With statements as unit, repeated ones count once per: keep (every one), source, year, month, week, all."
)


@click.command()
@dataset_argument
@selection_options
@click.option("--measure", default="points", show_default=True, metavar="NAME", help=MEASURE_HELP)
@click.option("--normalize", default="none", show_default=True, metavar="NAME", help=NORMALIZE_HELP)
@click.option("--count", default="positions", show_default=True, metavar="UNIT", help="positions or statements.")
@click.option("--duplicates", default="keep", show_default=True, metavar="RULE", help=DUPLICATES_HELP)
@click.option("--of", default="actors", show_default=True, metavar="WHAT", help="actors or proposals.")
@click.option("--edges", is_flag=True, help="A list of pairs (one, other, value, n) instead of a table.")
@click.option("--min-n", default=1, show_default=True, type=click.IntRange(1), help="Leave out pairs with a smaller n.")
@click.option("--order", type=click.Choice(["high", "low"]), help="Pairs by value, the highest or the lowest first.")
@engine_option
@format_option
def overlap(
    dataset: Path | None,
    measure: str,
    normalize: str,
    count: str,
    duplicates: str,
    of: str,
    edges: bool,
    min_n: int,
    order: str | None,
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
    """
    from matrix.analysis.overlap import overlap as overlap_of

    told_apart = duplicates if count == "statements" else "keep"
    data, selection = open_counted(dataset, filters, engine, told_apart)
    found = overlap_of(data, selection, measure=measure, normalize=normalize, count=count, duplicates=duplicates, of=of)
    found = found.at_least(min_n)
    if found.sentence:
        click.echo(found.sentence, err=True)
    if format_ == "text":
        from matrix.cli.terminal import overlap_text

        say_scope(data, selection)
        click.echo(overlap_text(data, found, width(), min_n=min_n, order=order or "high"), nl=False)
        return
    about: dict[str, Any] = {"measure": found.formula, "n_counts": found.n_words, "count": count}
    about |= {"duplicates": duplicates, **({"min_n": min_n} if min_n > 1 else {})}
    if edges:
        print_table(found.edges(order=order or "").set_index("one"), "one", format_, data, selection, about)
    else:
        print_table(found.frame, "id", format_, data, selection, about)
    if format_ != "json":
        click.echo(f"{found.formula}; units: {count}; n: {found.n_words}", err=True)


@click.command("common-ground")
@dataset_argument
@selection_options
@click.option("--sides", metavar="ID,ID", help="The sides to compare; left out, the main ones.")
@click.option("--tier-rule", default="all", show_default=True, metavar="RULE", help=TIER_RULE_HELP)
@engine_option
@format_option
def common_ground(
    dataset: Path | None, sides: str | None, tier_rule: str, engine: str | None, format_: str, **filters: Any
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
@click.option("--min-actors", default=2, show_default=True, type=click.IntRange(1), help="Smallest number of members.")
@click.option(
    "--min-proposals", default=2, show_default=True, type=click.IntRange(1), help="Shared proposals at least."
)
@click.option("--strict", is_flag=True, help="Full support only: backing on a condition does not count.")
@engine_option
@format_option
def coalitions(
    dataset: Path | None,
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
