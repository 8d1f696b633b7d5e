# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock in the store: of any number of takers at most one holds it, whatever is slow, late or killed."""

from __future__ import annotations

import json
import random
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore
from ansible_collections.agent_platform.ops.plugins.module_utils.store.lock import (
    DURATION,
    StoreLock,
    acquire,
    release,
    renew,
    require_free,
)


@pytest.fixture
def store(tmp_path):
    return LocalStore(str(tmp_path))


def no_time(_seconds):
    pytest.fail("a free lock is not waited for")


def outlive(_seconds):
    """Time passes, and nothing happens."""


class Between(LocalStore):
    """A store in which something happens before a request: hook(verb, key)."""

    hook = staticmethod(lambda verb, key: None)

    def put_file(self, key, file, *, if_absent=True):
        self.hook("put" if if_absent else "renew", key)
        return super().put_file(key, file, if_absent=if_absent)

    def read(self, key):
        self.hook("read", key)
        return super().read(key)


def test_a_free_lock_is_taken_at_once_and_each_hand_has_a_number_of_its_own(store):
    first = acquire(store, "lab", "ann", sleep=no_time)
    assert first == StoreLock("lab", "ann", 1)
    renew(store, first)
    assert release(store, first) is True
    second = acquire(store, "lab", "ben", sleep=no_time)
    assert second.transitions > first.transitions
    assert release(store, first) is False
    renew(store, second)
    assert acquire(store, "lab-2", "cid", sleep=no_time).transitions == 1


def test_a_living_holder_is_named_with_the_time_since_when(store):
    held = acquire(store, "lab", "restore by ann@host, process 5", sleep=no_time)
    since = json.loads(store.get(held.key))["since"]
    keys = store.keys()
    with pytest.raises(OpsError, match=f"ann@host, process 5, since {since}") as caught:
        acquire(store, "lab", "ben", sleep=lambda _seconds: renew(store, held))
    assert (caught.value.kind, store.keys()) == ("refused", keys)
    with pytest.raises(OpsError, match="ann@host"):
        require_free(store, "lab", sleep=lambda _seconds: renew(store, held))


def test_a_dead_holder_is_outlived_for_its_whole_time_and_stops_when_it_wakes_up(store):
    dead, slept = acquire(store, "lab", "ann"), []
    live = acquire(store, "lab", "ben", sleep=slept.append)
    assert sum(slept) == DURATION + 1
    for _again in range(2):
        with pytest.raises(OpsError, match="no longer ours; it is held by ben") as caught:
            renew(store, dead)
        assert caught.value.kind == "refused"
    assert release(store, dead) is False
    renew(store, live)
    require_free(store, "lab", sleep=outlive)


def test_a_holder_that_lets_go_meanwhile_is_not_waited_for(store):
    held, slept = acquire(store, "lab", "ann"), []

    def let_go(seconds):
        slept.append(seconds)
        if len(slept) == 3:
            release(store, held)

    assert acquire(store, "lab", "ben", sleep=let_go).transitions == 3
    assert len(slept) == 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b'{"holder": null}', b'{"holder": {"a": 1}}', b"\xff"])
def test_what_nobody_can_read_may_belong_to_somebody(store, content):
    slept = []
    store.put("locks/lab/000000004.json", content)
    store.put("locks/lab/000000099.txt", b"no lock")
    store.put("locks/lab/1/000000500.json", b"of another platform")
    assert acquire(store, "lab", "ben", sleep=slept.append).transitions == 5
    assert sum(slept) == DURATION + 1


def test_a_lock_that_somebody_deleted_is_lost(store):
    held = acquire(store, "lab", "ann")
    store.delete(held.key)
    with pytest.raises(OpsError, match="held by nobody"):
        renew(store, held)
    assert store.keys() == []


def test_one_that_holds_by_another_name_does_not_hold(store):
    held = acquire(store, "lab", "ann")
    other = StoreLock("lab", "ben", held.transitions)
    with pytest.raises(OpsError, match="held by ann"):
        renew(store, other)
    assert release(store, other) is False


def test_a_renewal_in_the_last_moment_makes_the_new_holder_wait_until_the_old_one_has_noticed(tmp_path):
    store, plain = Between(str(tmp_path)), LocalStore(str(tmp_path))
    dead = acquire(plain, "lab", "ann")
    noticed, slept = [], []

    def wakes_up(verb, key):
        if verb == "put" and not noticed:
            renew(plain, dead)  # it still finds nobody after it, and goes on acting
            noticed.append(False)

    def time_passes(seconds):
        slept.append(seconds)
        if len(slept) == DURATION + 4:
            with pytest.raises(OpsError, match="held by ben"):
                renew(plain, dead)
            noticed.append(True)

    store.hook = wakes_up
    held = acquire(store, "lab", "ben", sleep=time_passes)
    assert noticed == [False, True]
    assert len(slept) == 2 * DURATION + 1
    renew(plain, held)


def test_an_answer_that_was_lost_does_not_lock_out_the_one_who_took_it(tmp_path):
    class Forgetful(LocalStore):
        def put_file(self, key, file, *, if_absent=True):
            return super().put_file(key, file, if_absent=if_absent) and not if_absent

    store = Forgetful(str(tmp_path))
    lock = acquire(store, "lab", "ann", sleep=no_time)
    renew(store, lock)
    assert release(store, lock) is True


@pytest.mark.parametrize("kind", ["unreachable", "timeout", "forbidden"])
def test_while_the_store_fails_nobody_takes_or_proves_a_lock(tmp_path, kind):
    store, plain = Between(str(tmp_path)), LocalStore(str(tmp_path))
    held = acquire(plain, "lab", "ann")

    def fail(verb, key):
        raise OpsError(kind, "the store is away")

    store.hook = fail
    for act in (lambda: renew(store, held), lambda: release(store, held), lambda: acquire(store, "lab", "ben")):
        with pytest.raises(OpsError, match="away"):
            act()
    assert plain.keys() == [held.key]


def test_of_many_at_once_one_takes_it(tmp_path):
    ready, taken, won, lost = threading.Barrier(8), threading.Event(), [], []

    def contend(name):
        store = LocalStore(str(tmp_path))

        def a_second(_seconds):
            assert taken.wait(60)  # a holder whose thread is slow is not dead
            renew(store, won[0])

        ready.wait()
        try:
            won.append(acquire(store, "lab", name, sleep=a_second))
            taken.set()
        except OpsError as error:
            lost.append(error.kind)

    threads = [threading.Thread(target=contend, args=(f"run-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), set(lost)) == (1, {"refused"})


@dataclass
class World:
    """Runs that take turns, one request at a time, in any order and with any pause; its time is that of the story.

    acting: until when a run may act, by what it was told last.
    """

    dice: random.Random
    now: float = 0.0
    acting: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    due: dict[str, float] = field(default_factory=dict)
    turns: dict[str, threading.Semaphore] = field(default_factory=lambda: defaultdict(partial(threading.Semaphore, 0)))
    stopped: threading.Semaphore = field(default_factory=partial(threading.Semaphore, 0))

    def pause(self, seconds):
        """Let others go on; called by a run."""
        name = threading.current_thread().name
        self.due[name] = self.now + seconds
        self.stopped.release()
        self.turns[name].acquire()

    def tell(self, threads):
        """Until every run has ended."""
        for thread in threads:
            thread.start()
        for _thread in threads:
            self.stopped.acquire()
        while self.due:
            at = max(self.now, min(self.due.values()))
            name = self.dice.choice(sorted(name for name, due in self.due.items() if due <= at))
            self.now = at
            del self.due[name]
            self.turns[name].release()
            self.stopped.acquire()

    def act(self, name, asked):
        """A run was told that the lock is its own; it acts for less than the lock's time since it asked."""
        others = [other for other, until in self.acting.items() if other != name and until > self.now]
        self.faults += [f"{self.now}: {name} beside {other}" for other in others]
        self.acting[name] = asked + DURATION


def live(world, store, name, prove):
    """One run: take the lock, act while it is proved, stop in the middle now and then, and let go or die."""
    world.pause(0)
    try:
        lock = acquire(store, "lab", name, sleep=world.pause)
        for _batch in range(world.dice.randint(1, 6)):
            asked = world.now
            prove(store, lock)
            world.act(name, asked)
            world.pause(world.dice.choice((1, 3, 10, 10, DURATION * 2)))
        world.acting.pop(name)
        if world.dice.random() < 0.5:
            release(store, lock)
    except OpsError as error:
        world.acting.pop(name, None)
        if error.kind not in ("refused", "conflict"):
            world.faults.append(str(error))
    world.stopped.release()


def played(folder, seed, prove=renew):
    """The faults of one story of four runs."""
    folder.mkdir()
    store, world = Between(str(folder)), World(random.Random(seed))
    store.hook = lambda verb, key: world.pause(world.dice.choice((0, 0, 0, 0.5, 2)))
    names = [f"run-{number}" for number in range(4)]
    world.tell([threading.Thread(target=live, args=(world, store, name, prove), name=name) for name in names])
    return world.faults


def test_in_no_story_two_act_at_once(tmp_path):
    assert [fault for seed in range(60) for fault in played(tmp_path / str(seed), seed)] == []


def test_the_stories_find_a_fence_that_does_not_look(tmp_path):
    assert any(played(tmp_path / str(seed), seed, prove=lambda store, lock: None) for seed in range(60))
