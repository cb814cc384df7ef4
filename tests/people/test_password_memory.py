"""What a hash leaves behind in a process."""

from pathlib import Path
from threading import Thread

import pytest

from pitchpit.people import passwords


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says what a process has")
def test_sign_ins_at_once_leave_no_memory_behind_for_each_thread() -> None:
    def pages() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1])

    passwords.hashed("the first one")
    before = pages()
    threads = [Thread(target=passwords.hashed, args=(f"number {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (pages() - before) * 4096 < 15_000_000  # one hash alone takes 19 MiB
