"""Which packages the wheel holds. All else about the package is said in pyproject.toml.

The app's parts (app.py, pages, ui) lie side by side here, and together in one package in the wheel, `elmo_explorer`: an
installed copy must not put packages with names as common as "ui" and "pages" beside everybody else's.
"""

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

APP = "elmo_explorer"


class BuildPy(build_py):
    """Take app.py alone of the modules beside this file."""

    def find_package_modules(self, package, package_dir):
        modules = super().find_package_modules(package, package_dir)
        return [m for m in modules if package != APP or m[1] == "app"]


setup(
    packages=[
        *find_packages(include=["elmo", "elmo.*"]),
        APP,
        f"{APP}.pages",
        *(f"{APP}.{name}" for name in find_packages(include=["ui", "ui.*"])),
    ],
    package_dir={APP: "."},
    cmdclass={"build_py": BuildPy},
)
