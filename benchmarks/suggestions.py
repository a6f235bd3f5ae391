"""Suggestions: how often the right proposal is among the first five, and how long a text of 1,500 words takes."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import ROOT, Measurement, interleaved
from matrix import Dataset, load
from matrix.analysis.suggestions import hit_rate, suggestions

# Invented for this measurement, by us: no source says these. Each with the proposal that it is about.
INVENTED_CHINESE = (
    ("两国政府应当尽快开启关于人工智能的正式对话。", "intergovernmental-dialogue"),
    ("我们建议成立一个人工智能工作组，每季度开会一次。", "working-group"),
    ("双方应承诺无论分歧多大都保持持续对话。", "continued-talks"),
    ("发生严重安全事件时，应在一天之内向对方通报。", "incident-reporting"),
    ("需要建立危机时可以使用的沟通渠道。", "incident-communication"),
    ("专家呼吁设立共同的预警机制。", "early-warning"),
    ("两国实验室可以交流模型评估的方法。", "evaluation-exchange"),
    ("红队测试的经验也值得交流。", "red-teaming-exchange"),
    ("首先要有共同的术语，否则谈不拢。", "common-terminology"),
    ("使用核武器的决定必须始终由人类控制。", "human-control-nuclear"),
    ("应当把人类控制的共识扩展到其他核国家。", "human-control-other-powers"),
    ("在核指挥系统中应划定人工智能红线。", "nc3-red-lines"),
    ("有人主张全面禁止将人工智能用于核指挥。", "nc3-ban"),
    ("先进人工智能带来的风险不容忽视。", "advanced-ai-risks"),
    ("人工智能失控是两国共同面对的问题。", "address-loss-of-control"),
    ("强大的人工智能不应落入恐怖组织等非国家行为体手中。", "non-state-actors"),
    ("人工智能系统的故障可能被误判为攻击。", "accidental-escalation"),
    ("要保护电网等关键基础设施。", "infrastructure-protection"),
    ("深度伪造的检测需要共同标准。", "deepfake-response"),
    ("全球治理应当包容全球南方国家。", "inclusive-governance"),
)
INVENTED_TEXT = (
    "The delegates spoke for two hours about what could be agreed before the summer. One side asked that serious "
    "incidents with AI systems be reported within a day; the other wanted to know first what counts as an incident. "
    "Both said that a person must decide on the use of nuclear weapons. Nobody mentioned trade. "
)


def rows() -> Iterator[Measurement]:
    """The hit rates as lines of text, since they are no times; then the time that reading a text takes."""
    data = load(ROOT / "data" / "us-china-ai-dialogue")
    print(f"English, one source left out at a time: {hit_rate(data).sentence}")
    hits = sum(right in _five(data, words) for words, right in INVENTED_CHINESE)
    print(f"Chinese, {len(INVENTED_CHINESE)} sentences invented for this: {hits} find their proposal among five.")
    text = INVENTED_TEXT * (1_500 // len(INVENTED_TEXT.split()))
    took = interleaved({"ours": lambda: suggestions(data, text)}, 3)
    yield Measurement(f"a text of {len(text.split()):,} words read ahead", took["ours"], ceiling=2.0)


def _five(data: Dataset, words: str) -> list[str]:
    return [c.id for p in suggestions(data, words).passages[:1] for c in p.proposals]
