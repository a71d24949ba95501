"""What the oracle found; knows no Django, so that it can be handed between processes."""

from dataclasses import asdict, dataclass, field

_MUST_BE_EMPTY = frozenset(
    {
        "duplicates",
        "lost",
        "false_sent",
        "false_not_sent",
        "unsettled",
        "wrong_proof",
        "without_file",
        "audit",
    }
)


@dataclass
class Judgement:
    """The words each kind of failure happened to, and figures that are no failures."""

    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    false_sent: list[str] = field(default_factory=list)
    false_not_sent: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    wrong_proof: list[str] = field(default_factory=list)
    without_file: list[str] = field(default_factory=list)
    audit: str = ""
    texts: int = 0
    copies: int = 0
    entries: int = 0
    states: dict[str, int] = field(default_factory=dict)

    @property
    def failures(self) -> dict[str, list[str] | str]:
        """Everything that must be empty, where it is not."""
        found = asdict(self)
        return {name: found[name] for name in sorted(_MUST_BE_EMPTY) if found[name]}

    @property
    def lies(self) -> int:
        """How many texts came double or had a wrong word said about them."""
        return len({*self.duplicates, *self.lost, *self.false_sent, *self.false_not_sent})
