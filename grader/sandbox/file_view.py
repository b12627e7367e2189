"""The files that a job may read: named folders only, never a whole site-packages.

The same list makes the Landlock rules of every mode and the bind mounts of the `full` mode.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from pathlib import Path

from grader.sandbox.kernel import (
    MS_BIND,
    MS_NODEV,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    MS_REMOUNT,
    READ_DIR,
    READ_FILE,
    Rule,
    detach,
    mount,
    pivot_root,
)

DEVICES = ("/dev/null", "/dev/urandom")
_FOREIGN = {"site-packages", "dist-packages", "test", "idlelib", "ensurepip", "lib2to3"}


def standard_library() -> Path:
    """The folder of Python's standard library, without symbolic links."""
    return Path(sysconfig.get_path("stdlib")).resolve()


def library_folders() -> list[str]:
    """The folders of the shared libraries that the standard library's modules use."""
    multiarch = sysconfig.get_config_var("MULTIARCH")
    folders = [f"/usr/lib/{multiarch}", f"/lib/{multiarch}"] if multiarch else ["/usr/lib64", "/lib64"]
    return [*folders, "/etc/ld.so.cache"]


def package_folder(name: str) -> list[str]:
    """The folders of an installed package: its own, and the one with its bundled libraries.

    Raises RuntimeError if it is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {name} is not installed for {sys.executable}")
    origin = Path(spec.origin).resolve()
    if not spec.submodule_search_locations:
        return [str(origin)]
    return [str(origin.parent), str(origin.parent.parent / f"{name}.libs")]


def rules(packages: tuple[str, ...]) -> list[Rule]:
    """The read rights of a job: the standard library without its site-packages, the system's shared
    libraries, two devices and the named packages."""
    library = standard_library()
    readable = [Rule(str(library), READ_DIR)]
    readable += [Rule(str(p), READ_FILE | READ_DIR) for p in library.iterdir() if p.name not in _FOREIGN]
    readable += [Rule(p) for p in (*library_folders(), *DEVICES)]
    return readable + [Rule(p) for name in packages for p in package_folder(name)]


def enter_new_root(packages: tuple[str, ...], shared: tuple[str, ...] = ()) -> None:
    """Give this process's mount namespace a read-only root that holds only the files jobs may read.

    The caller must already be in its own mount namespace. `shared` are folders that are read-only
    in here while the runner goes on writing to them from outside.
    """
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    sources = [(p, os.open(p, os.O_PATH)) for p in (*_mountable(packages), *shared) if os.path.exists(p)]
    root = next(p for p in ("/mnt", "/srv", "/media", "/tmp") if os.path.isdir(p))
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,nr_inodes=4k,mode=0755")
    covers: list[str] = []
    for path, fd in sources:
        _bind(path, fd, root + path)
        os.close(fd)
        if path == str(standard_library()):
            covers = _cover_installed_packages(root + path)
    for cover in covers:
        mount("none", cover, None, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
    for link in ("/lib", "/lib64"):
        if os.path.islink(link) and not os.path.lexists(root + link):
            os.symlink(os.readlink(link), root + link)
    _pivot(root)


def _pivot(root: str) -> None:
    os.mkdir(root + "/.old")
    pivot_root(root, root + "/.old")
    os.chdir("/")
    detach("/.old")
    os.rmdir("/.old")
    mount("none", "/", None, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _mountable(packages: tuple[str, ...]) -> list[str]:
    """The paths to mount: the standard library first, then the others, as few as possible."""
    library = str(standard_library())
    others = {*map(os.path.realpath, library_folders()), *DEVICES}
    return [library, *sorted(others | {p for name in packages for p in package_folder(name)})]


def _cover_installed_packages(library: str) -> list[str]:
    """Hide the packages installed inside the standard library's folder. Returns the mounts that hide them."""
    covers = [f"{library}/{name}" for name in ("site-packages", "dist-packages")]
    covers = [c for c in covers if os.path.isdir(c)]
    for cover in covers:
        mount("tmpfs", cover, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=0755")
    return covers


def _bind(path: str, fd: int, target: str) -> None:
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(target).touch()
    mount(f"/proc/self/fd/{fd}", target, None, MS_BIND | MS_REC)
    flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | (0 if path in DEVICES else MS_NODEV)
    mount("none", target, None, flags | _locked(path))


def _locked(path: str) -> int:
    """The flags that a user namespace may not remove from a mount that it did not create."""
    flags = os.statvfs(path).f_flag
    relatime, relatime_mount = 4096, 1 << 21
    locked = flags & (os.ST_NODEV | os.ST_NOEXEC | os.ST_NOATIME | os.ST_NODIRATIME)
    return locked | (relatime_mount if flags & relatime else 0)
