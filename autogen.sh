#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Make configure from configure.ac, unless it is up to date.

set -eu
cd "$(dirname "$0")"
if [ -x configure ] && [ -f Makefile.in ] &&
    [ -z "$(find configure.ac Makefile.am -newer configure)" ]; then
	exit 0
fi
exec autoreconf -fi
