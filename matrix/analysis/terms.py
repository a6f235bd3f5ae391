"""Common ground becomes the terms it stands on: the conditions of those who make a tier, and the weakest evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matrix.analysis.common_ground import OFFICIAL, CommonGround
from matrix.analysis.voices import JOINT, voices

TERMS = ("tier", "conditions", "attribution", "confidence")
ONLY, FOR_SOME = "only: ", "for some: "


def terms(found: CommonGround) -> pd.DataFrame:
    """Index proposal ids; columns tier, conditions, attribution, confidence (these two: the weakest behind it).

    `conditions`: `only: ...` where everybody whose backing makes the tier states one (of `official` the officials),
    `for some: ...` where a part of them does, else ''.
    """
    tier = found.frame["tier"]
    member = found.positions.dataset.frames["actors"]["side"].isin(found.sides)
    who = voices(found.positions, found.rows, np.flatnonzero(member))
    backing = who[(who["score"] > 0) & (who["official"] | (who["proposal"].map(tier) != OFFICIAL))]
    stated = backing[backing["conditions"] != ""]
    if not len(stated):
        return found.basis.assign(tier=tier, conditions="")[list(TERMS)].astype(object)
    texts = stated.groupby("proposal", sort=False)["conditions"].agg(lambda t: JOINT.join(dict.fromkeys(t)))
    everybody = stated["proposal"].value_counts().eq(backing["proposal"].value_counts()).reindex(texts.index)
    words = texts.mask(everybody, ONLY + texts).where(everybody, FOR_SOME + texts)
    conditions = words.reindex(tier.index, fill_value="")
    return found.basis.assign(tier=tier, conditions=conditions)[list(TERMS)].astype(object)
