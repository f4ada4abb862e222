#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Make configure from configure.ac.
cd "$(dirname "$0")" && exec autoreconf -fi
