"""How long a refused sign-in takes: for a name that exists and for one that does not.

The two are asked in turn, over HTTP from a running Marquee, each from an address of its own, so
that no try waits for another. The difference is what an attacker who guesses names could learn.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.serving import PROJECT, serve
from recommender.users import People

_PASSWORD, _WRONG = "four plain words here", "four other words here"


def time_refusal(address: str, name: str, number: int) -> float:
    """Return the milliseconds until a sign-in with a wrong password is refused."""
    body = urllib.parse.urlencode({"name": name, "password": _WRONG}).encode()
    headers = {"Origin": address, "X-Forwarded-For": f"198.51.{number // 250}.{number % 250 + 1}"}
    request = urllib.request.Request(f"{address}/sign-in", data=body, headers=headers)  # noqa: S310
    began = time.perf_counter()
    try:
        urllib.request.urlopen(request, timeout=60)  # noqa: S310 - our own server
    except urllib.error.HTTPError as refused:
        if refused.code != 422:
            raise
        refused.read()
    else:
        raise AssertionError("a wrong password was accepted")
    return (time.perf_counter() - began) * 1000


def measure(tries: int) -> tuple[list[float], list[float]]:
    """Return the times of wrong passwords and of unknown names, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        people = People(data / "people.db")
        # Each name is tried once: after five failures a name would have to wait.
        for number in range(tries):
            people.accounts.sign_up(f"Known {number}", _PASSWORD)
        people.close()
        environ = {"MARQUEE_DATA_DIR": folder}
        with serve(
            PROJECT / "app.py", folder=PROJECT, log=data / "log", environ=environ
        ) as running:
            for number in range(3):
                time_refusal(running.address, f"Warm {number}", 2 * tries + number)
            wrong, unknown = [], []
            for number in range(tries):
                wrong.append(time_refusal(running.address, f"Known {number}", 2 * number))
                unknown.append(time_refusal(running.address, f"Other {number}", 2 * number + 1))
    return wrong, unknown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=50)
    wrong, unknown = measure(parser.parse_args().tries)
    for what, times in (("wrong password", wrong), ("unknown name", unknown)):
        median, spread = statistics.median(times), statistics.pstdev(times)
        print(f"{what:15} median {median:6.1f} ms   mean {statistics.mean(times):6.1f} ms   "
              f"spread {spread:5.1f} ms   {len(times)} tries")  # fmt: skip
    ratio = statistics.median(unknown) / statistics.median(wrong)
    print(f"medians differ by {abs(ratio - 1):.1%}")


if __name__ == "__main__":
    main()
