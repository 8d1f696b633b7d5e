# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements against peers, side by side in one run: `make bench`. Printed, never asserted."""
