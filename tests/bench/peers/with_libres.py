"""libres on the same machine: reserve, approve and commit at random, or the free slots of 30 days.

with_libres.py setup DSN
with_libres.py book|slots DSN PROCESSES SECONDS    prints {"micros": [...], "failed": n, "span": seconds}
"""

import json
import multiprocessing
import random
import sys
import time
from datetime import datetime, timedelta

import libres

SCHEDULERS = ["counter-1", "counter-2", "counter-3", "counter-4"]
DAYS = 60


def schedulers(dsn):
    context = libres.registry.register_context("bench", replace=True)
    context.set_setting("dsn", dsn)
    return [libres.new_scheduler(context, name, "Europe/Berlin") for name in SCHEDULERS]


def morning(day):
    today = datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)
    return today + timedelta(days=day)


def setup(dsn):
    all_of_them = schedulers(dsn)
    all_of_them[0].setup_database()
    all_of_them[0].commit()
    for scheduler in all_of_them:
        for day in range(1, DAYS + 1):
            span = (morning(day), morning(day) + timedelta(hours=10))
            scheduler.allocate(span, partly_available=True, raster=15)
        scheduler.commit()


def book(all_of_them):
    scheduler = random.choice(all_of_them)
    start = morning(random.randint(1, DAYS)) + timedelta(minutes=15 * random.randint(0, 39))
    token = scheduler.reserve("erika.muster@example.org", (start, start + timedelta(minutes=15)))
    scheduler.approve_reservations(token)
    scheduler.commit()


def slots(all_of_them):
    found = 0
    for scheduler in all_of_them:
        for allocation in scheduler.search_allocations(morning(1), morning(30) + timedelta(hours=10)):
            found += len(allocation.free_slots())
        scheduler.rollback()
    if found == 0:
        raise ValueError("nothing is free")


def work(what, dsn, seconds, answers):
    all_of_them = schedulers(dsn)
    micros, failed = [], 0
    # a second of warming up
    warm = time.monotonic() + 1
    until = warm + seconds
    while (begun := time.monotonic()) < until:
        try:
            what(all_of_them)
        except Exception:  # taken, or not serialisable: the caller would have to try again
            all_of_them[0].rollback()
            failed += begun >= warm
            continue
        if begun >= warm:
            micros.append(int((time.monotonic() - begun) * 1e6))
    answers.put((micros, failed))


def main():
    if sys.argv[1] == "setup":
        return setup(sys.argv[2])
    what = {"book": book, "slots": slots}[sys.argv[1]]
    dsn, processes, seconds = sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    answers = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=work, args=(what, dsn, seconds, answers)) for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    results = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    micros = [micro for result in results for micro in result[0]]
    print(json.dumps({"micros": micros, "failed": sum(result[1] for result in results), "span": seconds}))


main()
