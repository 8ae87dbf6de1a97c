"""The session of macOS, against a library that stands in for Apple's: never run on a Mac yet."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys

import pytest

from wallet.ui import session as sessions
from wallet.ui.session_mac import EVERY_MILLISECONDS, Quartz, Watch

# Objects are addresses of cells beyond 4 GB, as on a Mac: whoever forgets how wide they are, fails.
SOURCE = r"""
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef struct { long type, value, held; char text[64]; } Cell;
static Cell *cells;
static int made, session_there, locked_kind, console_kind, locked, console;
enum { STRING = 7, DICTIONARY = 18, BOOLEAN = 21, NUMBER = 22 };

static Cell *cell(long type, long value) {
    if (!cells)
        cells = mmap((void *)0x700000000000, 64 << 20, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    Cell *c = &cells[made++];
    c->type = type; c->value = value; c->held = 1;
    return c;
}
void set_session(int there, int lk, int l, int ck, int c) {
    session_there = there; locked_kind = lk; locked = l; console_kind = ck; console = c;
}
long held(void) {
    long n = 0;
    for (int i = 0; i < made; i++)
        if (cells[i].type == DICTIONARY) n += cells[i].held;
    return n;
}
void *CGSessionCopyCurrentDictionary(void) { return session_there ? cell(DICTIONARY, 0) : NULL; }
void *CFStringCreateWithCString(void *a, const char *text, uint32_t encoding) {
    if (a || encoding != 0x08000100) return NULL;
    Cell *c = cell(STRING, 0);
    strncpy(c->text, text, 63);
    return c;
}
void *CFDictionaryGetValue(void *d, void *key) {
    Cell *c = d, *k = key;
    if (c->type != DICTIONARY || c->held != 1 || k->type != STRING) abort();
    int is_lock = !strcmp(k->text, "CGSSessionScreenIsLocked");
    if (!is_lock && strcmp(k->text, "kCGSSessionOnConsoleKey")) abort();
    int kind = is_lock ? locked_kind : console_kind;
    return kind ? cell(kind, is_lock ? locked : console) : NULL;
}
void CFRelease(void *d) { ((Cell *)d)->held--; }
unsigned long CFGetTypeID(void *d) { return ((Cell *)d)->type; }
unsigned long CFBooleanGetTypeID(void) { return BOOLEAN; }
unsigned long CFNumberGetTypeID(void) { return NUMBER; }
unsigned char CFBooleanGetValue(void *d) {
    if (((Cell *)d)->type != BOOLEAN) abort();
    return ((Cell *)d)->value;
}
unsigned char CFNumberGetValue(void *d, long type, void *to) {
    if (((Cell *)d)->type != NUMBER || type != 9) abort();
    *(int *)to = ((Cell *)d)->value;
    return 1;
}
"""
BOOLEAN, NUMBER, ODD = 21, 22, 19


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs a C compiler, on Linux")
    folder = tmp_path_factory.mktemp("mac")
    (folder / "quartz.c").write_text(SOURCE)
    made = folder / "quartz.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", made, folder / "quartz.c"], check=True)
    return ctypes.CDLL(str(made))


@pytest.fixture
def quartz(library):
    library.held.restype = ctypes.c_long
    return Quartz(lambda _name: library)


@pytest.mark.parametrize(
    ("session", "away"),
    [
        ((0, 0, 0, 0, 0), None),  # no session at all
        ((1, 0, 0, BOOLEAN, 1), False),  # somebody is here: no word of a lock
        ((1, BOOLEAN, 0, BOOLEAN, 1), False),
        ((1, BOOLEAN, 1, BOOLEAN, 1), True),
        ((1, NUMBER, 1, NUMBER, 1), True),
        ((1, NUMBER, 0, NUMBER, 1), False),
        ((1, 0, 0, BOOLEAN, 0), True),  # another user has the screen
        ((1, 0, 0, NUMBER, 0), True),
        ((1, 0, 0, 0, 0), False),  # nothing is said
        ((1, ODD, 1, ODD, 0), False),  # something else than yes or no
    ],
)
def test_what_the_session_says_is_understood_and_given_back(library, quartz, session, away):
    library.set_session(*session)
    before = library.held()
    for _ in range(1000):
        assert quartz.is_away() is away
    assert library.held() == before


def test_it_locks_once_when_somebody_goes(qtbot):
    answers = iter([False, False, True, True, None, True, False, True])
    watch = Watch(lambda: next(answers))
    heard = []
    watch.lock.connect(lambda: heard.append(1))
    told = []
    for _ in range(7):
        watch.look()
        told.append(len(heard))
    assert told == [0, 1, 1, 1, 1, 1, 2]


def test_a_session_that_never_says_that_somebody_is_here_locks_nothing(qtbot):
    for said in (True, None):
        watch = Watch(lambda said=said: said)
        watch.lock.connect(lambda: pytest.fail("locked"))
        for _ in range(5):
            watch.look()


def test_it_asks_by_itself(qtbot, monkeypatch):
    answers = [False]
    watch = Watch(lambda: answers[0])
    assert watch._timer.interval() == EVERY_MILLISECONDS
    watch._timer.setInterval(1)
    answers[0] = True
    with qtbot.waitSignal(watch.lock, timeout=5000):
        pass


def test_a_system_without_these_libraries_hears_nothing_and_starts(qtbot, monkeypatch):
    def absent(_name):
        raise OSError("image not found")

    with pytest.raises(OSError, match="image not found"):
        Quartz(absent)

    class Poor:
        def __getattr__(self, name):
            raise AttributeError(name)

    with pytest.raises(OSError, match="CGSessionCopyCurrentDictionary"):
        Quartz(lambda _name: Poor())
    monkeypatch.setattr(sys, "platform", "darwin")
    session = sessions.Session()
    session.listen(None)
    assert session._messengers == []


def test_on_a_mac_the_window_hears_it(qtbot, library, monkeypatch):
    library.set_session(1, 0, 0, BOOLEAN, 1)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("wallet.ui.session_mac.Quartz.__init__.__defaults__", (lambda _n: library,))
    session = sessions.Session()
    session.listen(None)
    heard = []
    session.lock.connect(lambda: heard.append(1))
    (watch,) = session._messengers
    watch.look()
    assert heard == []
    library.set_session(1, BOOLEAN, 1, BOOLEAN, 1)
    watch.look()
    assert heard == [1]
