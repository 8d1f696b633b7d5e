# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of docs/ that are made from playbooks, roles, checks and data. Pure but for source.py."""
