# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the report as a Jinja2 template; a Python string, since modules carry Python files alone. Private API."""

from __future__ import annotations

PAGE = r"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }} · {{ record.platform }} · {{ record.verdict.status }}</title>
<style>{{ style | safe }}</style>
</head>
<body>
{% from "macros" import badge, fact, words %}
<header class="{{ record.verdict.status }}">
  <p class="over">{{ over }}</p>
  <h1>{{ title }}</h1>
  <p class="lead">{{ record.runbook.title }}</p>
  <p class="verdict">{{ badge(record.verdict.status) }} <span>{{ record.verdict.line.rpartition(" — ")[0] }}</span></p>
  {% if shares %}
  <div class="bar" aria-hidden="true">
    {% for share in shares %}<i class="{{ share.status }}" style="flex-grow: {{ share.percent }}"></i>{% endfor %}

  </div>
  {% endif %}
  {% if record.message %}<p class="message">{{ record.message }}</p>{% endif %}

</header>
<main>
<section>
  <dl class="facts">
    {{ fact("When", period) }}
    {{ fact("Took", estimate) }}
    {{ fact("By", record.who) }}
    {{ fact("Judged as of", as_of) }}
    {{ fact("Mode", "check, nothing was changed" if record.check else "real run") }}
    {{ fact("Risk", record.runbook.risk) }}
    {{ fact("Owner", record.runbook.owner) }}
    {{ fact("Version", record.version) }}
    {{ fact("Lock", lock) }}
    {{ fact("Took up the run of", record.took_up) }}
  </dl>
</section>

{% if record.next or record.after %}
<section>
  <h2>What to do next</h2>
  {% if record.next %}
  <ol class="next">
    {% for action in record.next %}
    <li><b>{{ action.subject }}</b> {{ words(action.text) }}
      {% if action.runbook %}<span class="playbook">playbooks/{{ action.runbook }}.yml</span>{% endif %}
</li>
    {% endfor %}
  </ol>
  {% endif %}
  {% for habit in record.after %}<p class="lead">{{ habit }}</p>
  {% endfor %}
</section>
{% endif %}

{% include "since" %}
<section>
  <h2>Steps</h2>
  <table class="stack steps">
    <thead><tr><th class="n">#</th><th>Step</th><th>Status</th><th>Result</th><th class="n">Time</th></tr></thead>
    <tbody>
    {% for step in record.steps %}
    <tr>
      <td class="n">{{ step.number }}</td>
      <td><b>{{ step.name }}</b><small>{{ step.role }}</small></td>
      <td>{{ badge(step.status) }}</td>
      <td>{{ step.summary }}</td>
      <td class="n time">{% if step.status != "skipped" %}{{ step.seconds | took }}
        <i class="spent" style="width: {{ (100 * step.seconds / slowest) | round(1) }}%"></i>{% else %}–{% endif %}</td>
    </tr>
    {% endfor %}
    </tbody>
  </table>
  {% for rollback in record.rollbacks %}
  <p>Step {{ rollback.number }} was {{ "undone." if rollback.ok else "not undone: " ~ rollback.error.message }}</p>
  {% endfor %}
</section>

{% include "checks" %}
{% include "findings" %}
{% include "outlooks" %}
{% include "trends" %}
{% include "tables" %}
{% include "changes" %}

<section>
  <h2>Record</h2>
  <dl class="facts">
    {{ fact("Requests", record.cost.requests | number) }}
    {{ fact("Read", record.cost.bytes_read | bytes) }}
    {{ fact("Writes", record.cost.writes | number) }}
    {{ fact("Retries", record.cost.retries | number) }}
    {{ fact("Peak memory", record.cost.peak_mb ~ " MiB" if record.cost.peak_mb else "") }}
    <div><dt>Record</dt><dd><a href="{{ file }}">{{ file }}</a></dd></div>
    {{ fact("Digest of the plan", record.plan.digest, wide=True) }}
  </dl>
</section>
</main>
<footer>{{ record.id }} · agent_platform.ops {{ record.version }}</footer>
</body>
</html>
"""
