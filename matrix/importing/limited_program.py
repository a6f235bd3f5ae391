"""Run as a program of its own, never imported: another program under limits of memory, time and output.

    python -I limited_program.py MEMORY_IN_BYTES SECONDS PROGRAM ARGUMENT...

A damaged or hostile file may end a library's process, fill the memory or never end: `guard.run_limited` has it read in
a process like this.
"""

from __future__ import annotations

import contextlib
import runpy
import sys


def main(memory: int, seconds: int, program: str, *arguments: str) -> None:
    """Run the program, bounded where the system can (Windows cannot: there only the caller's clock does)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_FSIZE, (memory // 4, memory // 4))  # what is read may repeat itself
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
