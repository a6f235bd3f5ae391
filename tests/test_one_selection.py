"""Numbers never contradict: under ten selections every file, page and command says what the library does."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from matrix import Selection, load
from matrix.analysis.camps import camps
from matrix.analysis.common_ground import CommonGround, common_ground
from matrix.analysis.overlap import overlaps
from matrix.analysis.positions import EMPTY, View, fold, view
from matrix.analysis.side_brief import side_brief
from matrix.analysis.sides import COUNTS, sides
from matrix.cli import main
from matrix.dashboard.grid.payload import screen
from matrix.dataset.dataset import Dataset
from matrix.export.brief import brief
from matrix.export.formats import file_name
from matrix.export.workbook import to_workbook
from matrix.wording import some_of

pytestmark = pytest.mark.slow

SELECTIONS: dict[str, dict[str, Any]] = {
    "everything": {},
    "experts": {"authority": "expert"},
    "officials": {"authority": "official"},
    "both": {"authority": ("official", "expert"), "since": "2026-05-13"},
    "nc3": {"risk_area": "nc3"},
    "nc3-experts": {"risk_area": "nc3", "authority": "expert"},
    "china": {"side": "china"},
    "a-window": {"since": "2024-06", "as_of": "2026-05-12"},
    "one-source": {"source": "krasa-2026-05-08", "kind": "government"},
    "refusals": {"stance": "oppose", "search": "nuclear"},
}


@pytest.fixture(scope="module")
def data(shipped: Path) -> Dataset:
    return load(shipped)


@pytest.fixture(params=SELECTIONS)
def chosen(request: pytest.FixtureRequest) -> Selection:
    return Selection(**SELECTIONS[request.param])


@pytest.fixture
def seen(data: Dataset, chosen: Selection) -> View:
    return view(fold(data, chosen))


@pytest.fixture
def ground(data: Dataset, chosen: Selection) -> CommonGround:
    return common_ground(data, chosen)


def options(chosen: Selection) -> list[str]:
    return [x for name, values in chosen.chosen().items() for v in values for x in (f"--{name.replace('_', '-')}", v)]


def printed(*arguments: str) -> Any:
    result = CliRunner().invoke(main, [*arguments, "--format", "json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_by_hand_among_the_experts_on_nc3(data: Dataset) -> None:
    found = common_ground(data, Selection(risk_area="nc3", authority="expert"))
    assert found.frame["tier"].value_counts().to_dict() == {"one-sided": 5, "rejected": 1}
    assert found.frame["china_members"].unique().tolist() == [5]
    assert found.frame["us_members"].unique().tolist() == [0]
    shown = screen(data, Selection(risk_area="nc3")).facts
    assert (shown.proposals, shown.speakers, shown.actors - shown.speakers) == (6, 4, 29)


def test_the_command_line_prints_the_library_s_numbers(
    data: Dataset, shipped: Path, chosen: Selection, ground: CommonGround, seen: View
) -> None:
    asked = options(chosen)
    said = printed("common-ground", str(shipped), *asked)
    assert said["headline"] == ground.headline
    assert [r["proposal"] for r in said["rows"]] == ground.frame.index.tolist()
    for row in said["rows"]:
        p = row["proposal"]
        assert row["tier"] == ground.frame.loc[p, "tier"]
        assert row["n"] == ground.n[p]
        counts = [f"{s}_{c}" for s in ground.sides for c in COUNTS]
        assert {c: row[c] for c in counts} == ground.frame.loc[p, counts].to_dict()
        assert len(row.get("voices", ())) == ground.n[p], "as many voices are listed as are counted"
    for side in ground.sides:
        own = side_brief(data, chosen, side=side)
        listed = said["asks_and_refusals"][side]
        assert [len(ids) for ids in listed.values()] == [
            lines["proposal"].nunique() for _, lines in own.asks_and_refusals()
        ]
        backed = set(ground.frame.index[ground.frame[f"{side}_backing"] > 0])
        assert {p for title, ids in listed.items() if "ask" in title for p in ids} == backed
    assert printed("show", str(shipped), *asked)["n"] == seen.n
    by_side = printed("show", str(shipped), *asked, "--by", "sides")["rows"]
    assert [r["proposal"] for r in by_side] == seen.proposals["id"].tolist()
    table = sides(data, chosen)
    for row in by_side:
        assert {c: v for c, v in row.items() if c != "proposal"} == table.loc[row["proposal"]].to_dict()


def test_camps_divide_the_actors_of_the_overlap_by_its_numbers(data: Dataset, chosen: Selection) -> None:
    both = overlaps(data, chosen, measures=("congruence", "conflict"))
    found = camps(data, chosen, draws=0)
    assert found.frame.index.tolist() == both["conflict"].frame.index.tolist()
    congruence, conflict = (both[m].frame.to_numpy().sum() for m in ("congruence", "conflict"))
    assert found.frustration_unsplit == pytest.approx(conflict / (congruence + conflict or 1))
    assert set(found.proposals.index) <= set(fold(data, chosen).by_proposal.proposal or data.table("proposals")["id"])


def test_the_workbook_holds_the_same_counts(data: Dataset, chosen: Selection, ground: CommonGround, seen: View) -> None:
    target = io.BytesIO()
    to_workbook(data, target, selection=chosen)
    sheet = openpyxl.load_workbook(target, data_only=True)["Common ground"]
    assert sheet["B2"].value == ground.headline
    rows = {str(r[0].value): r for r in sheet.iter_rows(min_row=7) if r[0].value}
    assert set(rows) == set(ground.frame.index)
    for id_, row in rows.items():
        for i, side in enumerate(ground.sides):
            at = 4 + i * 4  # behind the words of who stands where: backing, opposed, speakers
            found = tuple(cell.value for cell in row[at : at + 3])
            assert found == tuple(ground.frame.loc[id_, f"{side}_{c}"] for c in ("backing", "opposed", "speakers"))
        assert row[3 + len(ground.sides) * 4 + 2].value == ground.n[id_]
    heads = [
        re.search(r"\((\d+)\)", str(r[1].value)) for r in sheet.iter_rows(min_row=7) if r[1].value and not r[0].value
    ]
    assert sum(int(h.group(1)) for h in heads if h) == len(ground.frame)


def test_the_brief_says_the_same(data: Dataset, chosen: Selection, ground: CommonGround, seen: View) -> None:
    text = brief(data, chosen)
    assert some_of(len(ground.frame), len(data.table("proposals")), "proposal") in text
    if not seen.n:
        return
    assert ground.headline.replace("[", "\\[").replace("]", "\\]") in text
    lines = text.splitlines()
    assert sum(line.startswith("- ✕") for line in lines) == int((ground.who["score"] < 0).sum())
    titles = data.table("proposals").set_index("id")["title"]
    backed = ground.frame.index[ground.frame["tier"].isin(["official", "official+expert", "expert"])]
    headed = [line for line in lines if line.startswith("### ")]
    assert all(any(titles[p] in line for line in headed) for p in backed)


def test_the_pages_models_count_the_same(data: Dataset, chosen: Selection, ground: CommonGround, seen: View) -> None:
    shown = screen(data, chosen)
    assert shown.facts.proposals == len(ground.frame) == len(seen.rows)
    assert shown.facts.speakers == int((seen.codes != EMPTY).any(axis=0).sum())
    assert shown.facts.positions == int((seen.codes != EMPTY).sum())
    assert shown.facts.statements - shown.facts.superseded >= seen.n
    places = {row.id: i for i, row in enumerate(shown.grid.rows)}
    counted = [side.id for side in shown.grid.sides if side.counted]
    for side in set(ground.sides) & set(counted):
        for id_, line in ground.frame.iterrows():
            share = shown.grid.rollups[places[str(id_)]][counted.index(side)]
            assert (share.backing, share.opposed, share.members) == tuple(
                line[f"{side}_{c}"] for c in ("backing", "opposed", "members")
            )
    for side in ground.sides:
        own = side_brief(data, chosen, side=side)
        assert own.members == (ground.frame[f"{side}_members"].max() if len(ground.frame) else own.members)
        assert own.part("refuses")["proposal"].nunique() == (ground.frame[f"{side}_opposed"] > 0).sum()
        for part, count in (("backs", "backing"), ("refuses", "opposed"), ("mixed", "mixed")):
            assert len(own.part(part)) == ground.frame[f"{side}_{count}"].sum()
        assert len(own.part("raises")) <= ground.frame[f"{side}_neutral"].sum()


def test_no_word_about_officials_where_none_is_chosen(data: Dataset, shipped: Path) -> None:
    for chosen in (Selection(authority="expert"), Selection(authority="expert", risk_area="nc3")):
        found = common_ground(data, chosen)
        asked = options(chosen)
        texts = [found.headline, str([(t.words, t.about) for t in found.tiers.values()])]
        texts.append(CliRunner().invoke(main, ["common-ground", str(shipped), *asked]).stdout)
        texts.append(CliRunner().invoke(main, ["show", str(shipped), *asked, "--by", "sides"]).stdout)
        texts.append(brief(data, chosen).split("## Sources")[0])
        for text in texts:  # what a proposal is called is no word about who counts
            for title in data.table("proposals")["title"]:
                text = text.replace(title, "")
            assert "official" not in text.lower()


def test_names_of_files_carry_the_selection_and_stay_short(data: Dataset) -> None:
    name = file_name(data, Selection(risk_area="nc3", authority="expert"), ".xlsx")
    assert name == f"us-china-ai-dialogue-nc3-experts-2026-05-14-{data.version}.xlsx"
    window = file_name(data, Selection(since="2024-06", as_of="2026-05", rule="latest"), ".csv")
    assert window == f"us-china-ai-dialogue-latest-only-from-2024-06-2026-05-{data.version}.csv"
    long = file_name(data, Selection(actor=tuple(data.table("actors")["id"]), search="../a b/<c>:?"), ".json")
    assert len(long) < 200
    chinese = file_name(data, Selection(search="禁止" * 60, actor=tuple(data.table("actors")["id"])), ".statements.csv")
    assert len(chinese.encode()) < 200
    assert re.fullmatch(r"[\w-]+\.json", long)
    assert "-and-more-" in long
    odd = file_name(data, Selection(search="../a b/<c>:?"), ".json")
    assert odd == f"us-china-ai-dialogue-a-b-c-{data.version}.json"
