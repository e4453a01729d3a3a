#!/usr/bin/env python3
"""Build what is handed out. `build_installer.py --help` says what; docs/release.md says how a release is made.

يبني برامج التثبيت وقوائم بصماتها وسجلّات البناء داخل المجلد dist
"""

import sys

from installer.command import main

if __name__ == "__main__":
    sys.exit(main())
