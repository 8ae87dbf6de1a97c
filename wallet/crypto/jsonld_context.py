"""Context processing (JSON-LD 1.1 API, section 4): from context documents to active contexts.

Safe mode is always on: what the specification would ignore with a warning is refused here.
Where contexts come from is not known here; a `Processor` is given a function that loads them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final, cast

from wallet.crypto.jsonld_define import Definer
from wallet.crypto.jsonld_iri import (
    dropped,
    invalid,
    is_absolute,
    is_language,
    resolve,
    too_complex,
    unsupported,
)
from wallet.crypto.jsonld_term import Absent, ActiveContext, Json
from wallet.errors import MalformedError

# As the JavaScript processor: at most so many addresses in one chain of contexts.
MAX_CONTEXTS: Final = 10
# Scoped contexts within scoped contexts; the deepest published ones have five levels.
MAX_CONTEXT_NESTING: Final = 16
# Work of one document on contexts, in definitions copied; to make one costs a hundred times as
# much. The Open Badges contexts take 60,000, schema.org's 300,000; a million take 50 ms.
MAX_WORK: Final = 3_000_000
_DEFINING: Final = 100
# What one active context remembers of contexts derived from it, by number and by the work they
# took (a definition takes some 400 bytes); beyond this, it forgets them all.
_MAX_DERIVED: Final = 256
_MAX_REMEMBERED_WORK: Final = 4_000_000

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")

Load = Callable[[str], Json]


class Processor:
    """Derives active contexts, with the work it may spend; one per document.

    `load` returns the parsed value of "@context" of an address, or raises.
    """

    def __init__(self, load: Load) -> None:
        self._load = load
        self.spent = 0
        self._scoped: set[tuple[int, int, bool, bool]] = set()
        self._nesting = 0

    def derive(
        self,
        active: ActiveContext,
        local: Json,
        *,
        propagate: bool = True,
        override: bool = False,
    ) -> ActiveContext:
        """Return the active context that `local` makes of `active`, remembering it.

        `override` allows protected terms to be redefined: for property-scoped contexts.
        """
        # The whole text of the context is its name: two documents share what is compiled for one.
        is_address = isinstance(local, str)
        text = local if is_address else json.dumps(local)
        key = (is_address, text, propagate, override)
        known = active.derived.get(key)
        if known is not None:
            self.spend(known[1])
            return cast(ActiveContext, known[0])
        spent = self.spent
        if isinstance(local, list) and propagate and not override:
            result = self._derive_each(active, local)
        else:
            # The copy keeps the compiled context safe from later changes to the document.
            own = local if is_address else json.loads(text)
            result = self._process(
                active, own, propagate=propagate, override=override, cycles=set()
            )
        _remember(active, key, result, work=self.spent - spent)
        return result

    def spend(self, work: int) -> None:
        """Count work on contexts; what was compiled before counts as if it were done again.

        So whether a document is too complex does not depend on what was read before it.
        """
        self.spent += work
        if self.spent > MAX_WORK:
            raise too_complex("contexts", MAX_WORK)

    def _derive_each(self, active: ActiveContext, local: list[Json]) -> ActiveContext:
        """Derive one context after the other, so that documents share the first ones compiled."""
        if len(local) > 2 * MAX_CONTEXTS:
            raise too_complex("contexts", 2 * MAX_CONTEXTS)
        for item in local:
            document = self._load(resolve(active.document_base, item)) if _is_str(item) else item
            if (
                len(local) > 1
                and isinstance(document, dict)
                and document.get("@propagate") is False
            ):
                # Implementations differ on which of several contexts may say it.
                raise unsupported("@propagate among several contexts")
            if isinstance(item, list):
                raise invalid("invalid local context")
            active = self.derive(active, item)
        return active

    def derive_scoped(
        self, active: ActiveContext, local: Json, *, propagate: bool, override: bool
    ) -> ActiveContext:
        """Do the same for a scoped context, which is named by its identity: terms keep theirs."""
        key = (id(local), propagate, override)
        known = active.derived.get(key)
        if known is None:
            spent = self.spent
            result = self._process(
                active, local, propagate=propagate, override=override, cycles=set()
            )
            # `local` is kept with the result so that its identity is not given to another.
            _remember(active, key, result, work=self.spent - spent, owner=local)
            self._scoped.add((id(active), *key))
            return result
        if (id(active), *key) not in self._scoped:
            self._scoped.add((id(active), *key))
            self.spend(known[1])
        return cast(ActiveContext, known[0])

    def _process(
        self,
        active: ActiveContext,
        local: Json,
        *,
        propagate: bool,
        override: bool,
        cycles: set[str],
    ) -> ActiveContext:
        """Run the Context Processing Algorithm (section 4.1.2)."""
        documents: list[Json] = []
        self._collect(local, base=active.document_base, chain=(), found=documents)
        if not documents:
            return active
        first = documents[0]
        if isinstance(first, dict) and isinstance(first.get("@propagate"), bool):
            propagate = first["@propagate"]
            if len(documents) > 1 and not propagate:
                raise unsupported("@propagate among several contexts")
        result = active
        if not propagate and result.previous is None:
            result = self._copy(result)
            result.previous = active
        for document in documents:
            if document is None:
                result = self._nullified(result, propagate=propagate, override=override)
            else:
                result = self._apply(result, document, override=override, cycles=cycles)
        return result

    def _collect(
        self, local: Json, *, base: str, chain: tuple[str, ...], found: list[Json]
    ) -> None:
        """Gather the context maps and nulls that a local context stands for, in order."""
        for item in local if isinstance(local, list) else [local]:
            if isinstance(item, str):
                address = resolve(base, item)
                if address in chain:
                    raise invalid("context overflow", context=address)
                if len(chain) >= MAX_CONTEXTS:
                    raise too_complex("contexts", MAX_CONTEXTS)
                self._collect(
                    self._load(address), base=address, chain=(*chain, address), found=found
                )
            elif item is None or isinstance(item, dict):
                found.append(item)
            else:
                raise invalid("invalid local context")
            if len(found) > 2 * MAX_CONTEXTS:
                raise too_complex("contexts", 2 * MAX_CONTEXTS)

    def _nullified(
        self, active: ActiveContext, *, propagate: bool, override: bool
    ) -> ActiveContext:
        """Return the initial context (step 5.1)."""
        if active.protected and not override:
            raise invalid("invalid context nullification")
        if not propagate:
            # Implementations differ on whether nested nodes return to the previous context.
            raise unsupported("null in a context that does not propagate")
        return ActiveContext(active.document_base)

    def _copy(self, active: ActiveContext) -> ActiveContext:
        self.spend(len(active.terms))
        return active.copy()

    def _apply(
        self, active: ActiveContext, context: dict[str, Json], *, override: bool, cycles: set[str]
    ) -> ActiveContext:
        """Add one context map to a context (steps 5.4 to 5.13)."""
        if "@context" in context:
            raise unsupported("@context inside @context")
        self.spend(_DEFINING * len(context))
        result = self._copy(active)
        _set_version(context)
        _set_base(result, context)
        _set_vocab(result, context)
        _set_language(result, context)
        _set_direction(result, context)
        if not isinstance(context.get("@propagate", True), bool):
            raise invalid("invalid @propagate value")
        context = self._imported(context, active.document_base)
        if context.get("@protected", True) is not True:
            # False is allowed by the specification and refused by the JavaScript processor.
            raise unsupported("@protected other than true on a whole context")
        definer = Definer(result, context)
        for key in _as_javascript_orders(context):
            value = context[key]
            definer.define(key, override=override)
            if isinstance(value, dict) and "@context" in value:
                self._validate(result, key, value["@context"], cycles)
        return result

    def _imported(self, context: dict[str, Json], base: str) -> dict[str, Json]:
        """Return a context with what it imports beneath it (step 5.6)."""
        if "@import" not in context:
            return context
        source = context["@import"]
        if not isinstance(source, str):
            raise invalid("invalid @import value")
        loaded = self._load(resolve(base, source))
        if not isinstance(loaded, dict):
            raise invalid("invalid remote context")
        if "@import" in loaded:
            raise invalid("invalid context entry")
        if any(key in loaded for key in _IMPORT_REFUSED):
            # Read before the import by some processors, after it by others.
            raise unsupported("@import of a context with settings of its own")
        return {**context, **{key: loaded[key] for key in loaded if key not in context}}

    def _validate(self, active: ActiveContext, term: str, scoped: Json, cycles: set[str]) -> None:
        """Refuse a scoped context that is broken, before anything uses it (section 4.2.2, 21)."""
        if isinstance(scoped, str):
            address = resolve(active.document_base, scoped)
            if address in cycles:
                return
            cycles.add(address)
        if self._nesting >= MAX_CONTEXT_NESTING:
            raise too_complex("context nesting", MAX_CONTEXT_NESTING)
        self._nesting += 1
        try:
            self._process(active, scoped, propagate=True, override=True, cycles=cycles)
        except MalformedError as error:
            raise invalid("invalid scoped context", term=term) from error
        finally:
            self._nesting -= 1


_IMPORT_REFUSED: Final = ("@base", "@vocab", "@language", "@direction", "@propagate", "@version")


def resolve_addresses(context: Json, base: str) -> Json:
    """Return a context with the addresses of other contexts in it resolved against its own."""
    if isinstance(context, str):
        return resolve(base, context)
    if isinstance(context, list):
        return [resolve_addresses(item, base) for item in context]
    if not isinstance(context, dict):
        return context
    return {term: _resolve_scoped(value, base) for term, value in context.items()}


def _resolve_scoped(definition: Json, base: str) -> Json:
    if not isinstance(definition, dict) or "@context" not in definition:
        return definition
    return {**definition, "@context": resolve_addresses(definition["@context"], base)}


def _as_javascript_orders(context: dict[str, Json]) -> list[str]:
    """Return the keys in the order of a JavaScript object: numbers first.

    It shows where a term overrides a protected one that others depend on.
    """
    numbers = [key for key in context if _INDEX.fullmatch(key) and int(key) < 2**32 - 1]
    if not numbers:
        return list(context)
    return [*sorted(numbers, key=int), *(key for key in context if key not in set(numbers))]


def _is_str(value: Json) -> bool:
    return isinstance(value, str)


def _remember(
    active: ActiveContext, key: object, result: ActiveContext, *, work: int, owner: Json = None
) -> None:
    """Keep a derived context and the work it took; `owner` keeps alive what the key names."""
    active.derived_work += work
    if len(active.derived) >= _MAX_DERIVED or active.derived_work > _MAX_REMEMBERED_WORK:
        active.derived.clear()
        active.derived_work = work
    active.derived[key] = (result, work, owner)


def _set_version(context: dict[str, Json]) -> None:
    """Check "@version" (step 5.5): 1.1 is the only one there is."""
    version = context.get("@version", 1.1)
    if isinstance(version, bool) or version != 1.1:
        raise invalid("invalid @version value")


def _set_base(result: ActiveContext, context: dict[str, Json]) -> None:
    """Set the base IRI (step 5.7)."""
    if "@base" not in context:
        return
    base = context["@base"]
    if base is not None and not isinstance(base, str):
        raise invalid("invalid base IRI")
    if base is not None and not is_absolute(base):
        base = resolve("" if isinstance(result.base, Absent) else result.base, base)
    result.base = base


def _set_vocab(result: ActiveContext, context: dict[str, Json]) -> None:
    """Set the vocabulary mapping (step 5.8)."""
    if "@vocab" not in context:
        return
    vocab = context["@vocab"]
    if vocab is not None:
        if not isinstance(vocab, str):
            raise invalid("invalid vocab mapping")
        expanded = result.expand_iri(vocab, vocab=True, base=True)
        if not is_absolute(expanded):
            raise dropped("relative @vocab reference", vocab)
        vocab = expanded
    result.vocab = vocab


def _set_language(result: ActiveContext, context: dict[str, Json]) -> None:
    """Set the default language (step 5.9)."""
    if "@language" not in context:
        return
    language = context["@language"]
    if language is not None:
        if not isinstance(language, str):
            raise invalid("invalid default language")
        if not is_language(language):
            raise dropped("invalid @language value", language)
        language = language.lower()
    result.language = language


def _set_direction(result: ActiveContext, context: dict[str, Json]) -> None:
    """Set the default base direction (step 5.10)."""
    if "@direction" not in context:
        return
    direction = context["@direction"]
    if direction not in (None, "ltr", "rtl"):
        raise invalid("invalid base direction")
    result.direction = direction
