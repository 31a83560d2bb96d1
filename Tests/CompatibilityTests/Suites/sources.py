"""The sources of a suite: a checkout that is there already, or one made from the project's public repository."""
import os
import subprocess


def checkout(given, project, version, work):
    """The folder to use: `given`, or `version` (a tag or a commit) of the GitHub project, fetched into `work`."""
    if given:
        return os.path.abspath(given)
    place = os.path.join(work, "source")
    if not os.path.exists(place):
        git("init", "--quiet", place)
        git("-C", place, "fetch", "--quiet", "--depth", "1", f"https://github.com/{project}.git", version)
        git("-C", place, "checkout", "--quiet", "FETCH_HEAD")
    return place


def git(*arguments):
    if subprocess.run(["git", *arguments]).returncode != 0:
        raise SystemExit(f"git {' '.join(arguments)} failed; --source takes a checkout that is there already")
