"""Where app.py, its configuration and the shipped datasets are, in a checkout as in an installed wheel."""

from pathlib import Path

ENVIRONMENT = "POLICY_MATRIX_DATASET"  # names another dataset in place of the shipped one
DATASETS = ("us-china-ai-dialogue", "ai-governance-instruments")  # the first is the one that is meant without a name
_PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """The folder that holds app.py, data/ and .streamlit/: the wheel's own copy, else the checkout's root."""
    packed = _PACKAGE / "_shipped"
    return packed if packed.is_dir() else _PACKAGE.parent


def app() -> Path:
    """The dashboard's script."""
    return home() / "app.py"


def dataset() -> Path:
    """The folder of the dataset that is meant where none is named."""
    return datasets()[0]


def datasets() -> tuple[Path, ...]:
    """The folders of all datasets that come along."""
    return tuple(home() / "data" / name for name in DATASETS)


def config() -> Path:
    """The dashboard's Streamlit configuration."""
    return home() / ".streamlit" / "config.toml"
