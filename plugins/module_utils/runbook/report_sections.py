# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections of the HTML report by name, Jinja; the page includes them. Data. Private API.

A Python file and not a template of a role, because modules are packed from Python files alone.
"""

from __future__ import annotations

_MACROS = r"""
{% macro badge(status, shown="") %}<span class="badge {{ status }}">{{ shown or word(status) }}</span>{% endmacro %}
{% macro subject(about) %}
<span class="kind">{{ about.kind }}</span> {% if about.namespace %}{{ about.namespace }}/{% endif %}{{ about.name }}
{% endmacro %}
{% macro words(some) %}{% if some is command %}<code>{{ some }}</code>{% else %}{{ some }}{% endif %}{% endmacro %}
{% macro number(label, value) %}
<td class="n{{ "" if value else " none" }}" data-label="{{ label }}">{{ value or "–" }}</td>
{% endmacro %}
{% macro folded(many, noun) %}
{% if many > 15 %}<details><summary>{{ many | count(noun) }}</summary>{% endif %}
{{ caller() }}
{% if many > 15 %}</details>{% endif %}
{% endmacro %}
{% macro fact(label, value, wide=False) %}
{% if value is not none and value != "" %}
<div{% if wide %} class="wide"{% endif %}><dt>{{ label }}</dt><dd>{{ value }}</dd></div>
{% endif %}
{% endmacro %}
"""

_SINCE = r"""
{% from "macros" import badge, subject %}
{% if since.line or since.note %}
<section>
  {% if since.note %}
  <h2>Since the last run</h2>
  <p>{{ badge("warning") }} {{ since.note }}</p>
  {% else %}
  <h2>Since {{ since.day }}</h2>
  <p class="lead">{{ since.line }}</p>
  {% if since.rows %}
  <table class="stack judged">
    <thead><tr><th>Change</th><th>What</th><th>Finding</th></tr></thead>
    <tbody>
    {% for one in since.rows %}
    <tr>
      <td>{{ badge(one.now or "skipped", one.kind) }}</td>
      <td>{{ subject(one.subject) }}<small>{{ one.check }}</small></td>
      <td>{{ one.message }}<small>{{ one.before or "not there" }} → {{ one.now or "not there" }}</small></td>
    </tr>
    {% endfor %}
    </tbody>
  </table>
  {% endif %}
  {% if since.more %}<p class="more">{{ since.more | number }} more</p>{% endif %}
  {% endif %}

</section>
{% endif %}
"""

_CHECKS = r"""
{% from "macros" import badge %}
{% if checks %}
<section>
  <h2>Checks</h2>
  <table class="stack judged wide">
    <thead><tr><th>Status</th><th>Check</th><th>Findings</th></tr></thead>
    <tbody>
    {% for one in checks %}
    <tr>
      <td>{{ badge(one.status) }}</td>
      <td>{{ one.title or one.name }}<small>{{ one.name }}</small></td>
      <td class="tally">
        {% for status in ("critical", "warning", "unknown", "ok") if one[status] %}
        <span class="{{ status }}">{{ one[status] | number }} {{ status }}</span>
        {% endfor %}

</td>
    </tr>
    {% endfor %}
    </tbody>
  </table>
</section>
{% endif %}
"""

_FINDINGS = r"""
{% from "macros" import badge, subject, words %}
{% macro rows(group) %}
  <table class="stack judged">
    <thead><tr><th>Status</th><th>What</th><th>Finding</th></tr></thead>
    <tbody>
    {% for one in group.shown %}
    <tr>
      <td>{{ badge(one.status) }}</td>
      <td>{{ subject(one.subject) }}<small>{{ one.check }}</small></td>
      <td>{{ one.message }}
        {% if one.evidence %}<small>{{ words(one.evidence) }}</small>{% endif %}
        {% if one.runbook %}<small class="playbook">playbooks/{{ one.runbook }}.yml</small>{% endif %}
</td>
    </tr>
    {% endfor %}
    </tbody>
  </table>
  {% if group.more %}
  <p class="more">{{ (group.total - group.shown | length) | number }} more in <code>{{ file }}</code>:
    {% for one in group.more %}{{ one.check }} {{ one.count | number }}{{ ", " if not loop.last }}{% endfor %}</p>
  {% endif %}
{% endmacro %}
<section>
  <h2>Findings</h2>
  {% if not groups and record.outcome == "refused" %}<p>Nothing was looked at.</p>
  {% elif not groups or groups[0].status == "ok" %}<p>Nothing to report.</p>{% endif %}
  {% for group in groups %}

  <details{% if group.open %} open{% endif %}>
    <summary><b class="{{ group.status }}">{{ group.total | number }} {{ group.status }}</b></summary>
    {{ rows(group) }}
  </details>
  {% endfor %}
</section>
{% if sides %}
<section>
  <h2>Before and after</h2>
  <table class="stack labelled sides">
    <thead><tr><th>Check</th><th>Before</th><th>After</th></tr></thead>
    <tbody>
    {% for one in sides %}
    <tr>
      <td><b>{{ one.check }}</b></td>
      {% for label, side in (("before", one.before), ("after", one.after)) %}
      <td data-label="{{ label }}">{% if side %}{{ badge(side.status) }}{% endif %}
        <small>{{ side.message if side else "not asked" }}</small></td>
      {% endfor %}
    </tr>
    {% endfor %}
    </tbody>
  </table>
</section>
{% endif %}
"""

_TRENDS = r"""
{% from "macros" import folded, number %}
{% if trends.charts or trends.others %}
<section>
  <h2>Trends</h2>
  {% if trends.charts %}
  <div class="charts">
    {% for one in trends.charts %}
    <figure>
      <figcaption>{{ one.label }}<br><b>{{ one.now }}</b>
        {% if one.limit %}<span class="kind">limit {{ one.limit }}</span>{% endif %}
</figcaption>
      {{ one.svg | safe }}
    </figure>
    {% endfor %}
  </div>
  <p class="legend"><i></i>measured{% if trends.limits %}<i class="limit"></i>limit{% endif %}</p>
  {% endif %}
  {% if trends.others %}
  {% if trends.first %}<p class="lead">Not enough data for {{ "more charts" if trends.charts else "a chart" }}:
    {{ trends.first | count("measure") }} without an earlier value.</p>{% endif %}
  {% call folded(trends.others | length, "measure") %}
  <table class="stack labelled">
    <thead><tr><th>Measure</th><th class="n">Now</th><th class="n">Before</th><th class="n">Limit</th></tr></thead>
    <tbody>
    {% for one in trends.others %}
    <tr>
      <td>{{ one.label }}{% if one.note %}<small>{{ one.note }}</small>{% endif %}</td>
      <td class="n" data-label="now">{{ one.now }}</td>
      {{ number("before", one.before) }}
      {{ number("limit", one.limit) }}
    </tr>
    {% endfor %}
    </tbody>
  </table>
  {% endcall %}
  {% endif %}
</section>
{% endif %}
"""

_OUTLOOKS = r"""
{% if outlooks %}
<section>
  <h2>Outlook</h2>
  <p class="lead">What is expected if it goes on as it did.</p>
  <div class="charts">
    {% for one in outlooks %}
    <figure class="outlook">
      <figcaption>{{ one.label }}<br><b>{{ one.now }}</b>
        {% if one.limit %}<span class="kind">limit {{ one.limit }}</span>{% endif %}
<small>{{ one.words }}</small></figcaption>
      {{ one.svg | safe }}
    </figure>
    {% endfor %}
  </div>
  <p class="legend"><i></i>measured<i class="expected"></i>expected<i class="bounds"></i>least and most that the
    history allows{% if outlooks | selectattr("limit") | list %}<i class="limit"></i>limit{% endif %}</p>
</section>
{% endif %}
"""

_TABLES = r"""
{% from "macros" import folded %}
{% for table in tables %}
<section>
  <h2>{{ table.title }}</h2>
  {% call folded(table.rows | length, "row") %}
  <div class="scroll">
  <table class="stack labelled named">
    <thead><tr>{% for column in table.columns %}<th>{{ column }}</th>{% endfor %}</tr></thead>
    <tbody>
    {% for row in table.rows %}
    <tr>
      {% for cell in row %}
      <td class="{{ cell | extent }}" data-label="{{ table.columns[loop.index0] }}">{{ cell }}</td>
      {% endfor %}

</tr>
    {% endfor %}
    </tbody>
  </table>
  </div>
  {% endcall %}
  {% if table.more %}<p class="more">{{ table.more | count("more row") }}</p>{% endif %}

</section>
{% endfor %}
"""

_CHANGES = r"""
{% from "macros" import subject %}
{% for step in changes %}
<section>
  <h2>{{ "Plan" if record.check else "Changes" }} of step {{ step.number }}</h2>
  <p>{{ step.name }}: <b>{{ step.total | count("change") }}</b></p>
  {% if step.counts %}
  <ul class="counts">
    {% for one in step.counts %}<li><b>{{ one.count | number }}</b> {{ one.what }}</li>
    {% endfor %}
  </ul>
  {% endif %}
  {% if step.rows %}
  <details{% if step.rows | length <= 10 %} open{% endif %}>
  <summary>{{ "The first " if step.more else "" }}{{ step.rows | length | count("row") }}</summary>
  <table class="stack acted">
    <thead><tr><th>Action</th><th>Object</th><th>Detail</th></tr></thead>
    <tbody>
    {% for row in step.rows %}
    <tr>
      <td>{{ row.action or row.outcome }}
        {% if row.action and row.outcome %}<small>{{ row.outcome }}</small>{% endif %}</td>
      <td>{{ subject(row.subject) }}</td>
      <td>{{ row.detail }}{% if row.reason %}<small>{{ row.reason }}</small>{% endif %}
        {% for along in row.goes_along %}<small>with {{ along.kind }} {{ along.name }}</small>{% endfor %}
</td>
    </tr>
    {% endfor %}
    </tbody>
  </table>
  </details>
  {% if step.more > 0 %}
  <p class="more">{{ step.more | number }} more in <code>{{ step.rows_file or file }}</code></p>
  {% endif %}
  {% endif %}
</section>
{% endfor %}
"""

SECTIONS = {
    "macros": _MACROS,
    "since": _SINCE,
    "checks": _CHECKS,
    "findings": _FINDINGS,
    "trends": _TRENDS,
    "outlooks": _OUTLOOKS,
    "tables": _TABLES,
    "changes": _CHANGES,
}
