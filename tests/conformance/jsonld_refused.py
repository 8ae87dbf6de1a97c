"""The one list of what this engine refuses and others accept, with the reasons.

`CATEGORIES` says what kind of refusal is allowed at all: the W3C cases below and the differential
test against jsonld.js are held to it. Each key is the error code and the reason, problem or
feature that the error names.
"""

from __future__ import annotations

SAFE_MODE = "safe mode: the case expects something to be dropped, and dropping is refused"
NOT_SIGNED = "it would be no part of what is signed, so anybody could change it unseen"
DIRECTION = "base direction has no place in RDF; the libraries' safe mode refuses it too"
DISAGREE = "implementations differ on what it means, so what was signed cannot be known"
ILL_FORMED = "no IRI has these characters; others drop, escape or keep them"
STRICTER = "the JavaScript library reads broken input; the specification calls it an error"
BOUND = "beyond a bound on work"

# (code, reason | problem | feature | what) -> why it may be refused where jsonld.js accepts it.
CATEGORIES: dict[tuple[str, str], str] = {
    ("jsonld_dropped", "keyword without meaning here"): NOT_SIGNED,
    ("jsonld_dropped", "not part of what is signed"): NOT_SIGNED,
    ("jsonld_dropped", "@index"): NOT_SIGNED,
    ("jsonld_dropped", "@index of a set"): NOT_SIGNED,
    ("jsonld_dropped", "text of a double that is no number"): NOT_SIGNED,
    ("jsonld_dropped", "object with only @value"): NOT_SIGNED,
    ("jsonld_dropped", "object with only @list"): NOT_SIGNED,
    ("jsonld_dropped", "object with only @id"): NOT_SIGNED,
    ("jsonld_dropped", "empty object"): NOT_SIGNED,
    ("jsonld_dropped", "free-floating scalar"): NOT_SIGNED,
    ("jsonld_dropped", "reserved @id value"): NOT_SIGNED,
    ("jsonld_dropped", "relative @type reference"): NOT_SIGNED,
    ("jsonld_dropped", "relative @id reference"): NOT_SIGNED,
    ("jsonld_dropped", "invalid property"): NOT_SIGNED,
    ("jsonld_dropped", "scoped context of @nest"): DISAGREE,
    ("jsonld_dropped", "invalid @language value"): STRICTER,
    ("jsonld_dropped", "rdfDirection not set"): DIRECTION,
    ("jsonld_unsupported", "ill-formed IRI"): ILL_FORMED,
    ("jsonld_unsupported", "one statement in two forms"): DISAGREE,
    ("jsonld_unsupported", "order of statements beyond the basic plane"): DISAGREE,
    ("jsonld_unsupported", "@propagate among several contexts"): DISAGREE,
    ("jsonld_unsupported", "@context inside @context"): DISAGREE,
    ("jsonld_unsupported", "@protected other than true on a whole context"): STRICTER,
    ("jsonld_unsupported", "null in a context that does not propagate"): DISAGREE,
    ("jsonld_unsupported", "@import of a context with settings of its own"): DISAGREE,
    ("jsonld_unsupported", "type map with several types and scoped contexts"): DISAGREE,
    ("jsonld_invalid", "invalid set or list object"): STRICTER,
    ("jsonld_invalid", "invalid value object value"): STRICTER,
    ("jsonld_invalid", "invalid value object"): STRICTER,
    ("jsonld_invalid", "invalid typed value"): STRICTER,
    ("jsonld_invalid", "invalid @protected value"): STRICTER,
    ("too_complex", "depth"): BOUND,
    ("too_complex", "contexts"): BOUND,
    ("too_complex", "context nesting"): BOUND,
    ("too_complex", "statements"): BOUND,
    ("too_complex", "blank nodes"): BOUND,
    ("not_utf8", ""): "a lone surrogate is no text, and has no one form in UTF-8",
    ("number_out_of_range", ""): "a number that no double holds has no one lexical form",
}

# W3C positive cases that are refused, by manifest: case -> why.
_DROPPED_EXPAND = [
    "t0001",
    "t0003",
    "t0004",
    "t0005",
    "t0008",
    "t0014",
    "t0016",
    "t0019",
    "t0032",
    "t0036",
    "t0045",
    "t0046",
    "t0047",
    "t0059",
    "t0060",
    "t0065",
    "t0119",
    "t0120",
    "t0122",
    "tin06",
    "tpr06",
    "tpr19",
    "tpr34",
    "tpr35",
    "tpr36",
    "tpr37",
    "tpr38",
    "tpr39",
]
_DROPPED_TORDF = [
    "t0030",
    "te001",
    "te003",
    "te004",
    "te005",
    "te008",
    "te016",
    "te019",
    "te032",
    "te036",
    "te045",
    "te046",
    "te047",
    "te059",
    "te060",
    "te065",
    "te068",
    "te119",
    "te120",
    "te122",
    "tin06",
    "tli14",
    "tpr06",
    "tpr19",
    "tpr34",
    "tpr35",
    "tpr36",
    "tpr37",
    "tpr38",
    "tpr39",
    "twf01",
    "twf02",
    "twf03",
    "twf04",
    "twf05",
    "twf07",
]
_INDEX_TORDF = [
    "tc013",
    "te044",
    "te063",
    "te082",
    "te083",
    "te084",
    "te096",
    "te097",
    "te098",
    "te105",
    "te107",
]
_DIRECTION_TORDF = [
    "tdi01",
    "tdi02",
    "tdi03",
    "tdi04",
    "tdi05",
    "tdi06",
    "tdi09",
    "tdi10",
    "tdi11",
    "tdi12",
]
_BOTH = {
    "tc014": DISAGREE,
    "tc018": DISAGREE,
    "tc037": DISAGREE,
    "tc038": DISAGREE,
    "tso09": DISAGREE,
}

REFUSED: dict[str, dict[str, str]] = {
    "expand": {**dict.fromkeys(_DROPPED_EXPAND, SAFE_MODE), **_BOTH},
    "toRdf": {
        **dict.fromkeys(_DROPPED_TORDF, SAFE_MODE),
        **dict.fromkeys(_INDEX_TORDF, NOT_SIGNED),
        **dict.fromkeys(_DIRECTION_TORDF, DIRECTION),
        **_BOTH,
        "te111": ILL_FORMED,
        "te112": ILL_FORMED,
        "tli12": ILL_FORMED,
        "ttn02": DISAGREE,
    },
}

# W3C negative cases that are refused for another reason than the one the case names, which this
# engine meets first.
OTHER_REASON = {
    "expand": {"t0123", "ter04", "ter56", "tin07", "tin08", "tin09"},
    "toRdf": {"te123", "ter04", "ter56", "tin07", "tin08", "tin09"},
}
