# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The look of the report: light and dark, from 390 px on. Private API."""

from __future__ import annotations

STYLE = """
:root {
  --page: #f4f5f7; --card: #fff; --ink: #1c2330; --soft: #5b6475; --line: #e1e4ea; --code: #f0f2f5;
  --critical: #b3202c; --warning: #8f5a00; --unknown: #5e3fa8; --ok: #1c7a43; --changed: #1457a8; --plain: #5b6475;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151b; --card: #1b2029; --ink: #e6e9ef; --soft: #98a2b3; --line: #2c333f; --code: #252c38;
    --critical: #ff7b80; --warning: #f0b429; --unknown: #b69cff; --ok: #5fd08a; --changed: #78b4ff; --plain: #98a2b3;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1080px; padding: 24px 20px 40px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums;
}
header, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 24px; }
section { margin-top: 16px; }
header { border-top: 5px solid var(--tone); }
h1 { font-size: 28px; line-height: 1.2; margin: 0; }
h2 { font-size: 17px; margin: 0 0 12px; }
summary b { color: var(--tone); }
p { margin: 8px 0; }
.over { margin: 0 0 4px; color: var(--soft); font-size: 13px; }
.lead { color: var(--soft); margin: 4px 0 16px; }
.next + .lead { margin-top: 12px; }
.lead + .lead { margin-top: -12px; }
.verdict { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; margin: 0; }
.verdict .badge { font-size: 17px; padding: 4px 14px; }
.message { border-left: 4px solid var(--tone); padding: 4px 0 4px 12px; margin-top: 16px; font-weight: 600; }
.critical, .failed, .refused, .interrupted { --tone: var(--critical); }
.warning { --tone: var(--warning); }
.unknown { --tone: var(--unknown); }
.ok { --tone: var(--ok); }
.changed { --tone: var(--changed); }
.skipped { --tone: var(--plain); }
.badge {
  display: inline-block; padding: 1px 9px; border-radius: 99px; font-weight: 650; font-size: 13px; white-space: nowrap;
  color: var(--tone); border: 1px solid currentColor; background: color-mix(in srgb, var(--tone) 10%, transparent);
}
.bar { display: flex; gap: 3px; height: 8px; margin-top: 16px; }
.bar i { background: var(--tone); border-radius: 4px; min-width: 8px; flex-basis: 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 12px 24px; margin: 0; }
.facts .wide { grid-column: 1 / -1; }
dt { color: var(--soft); font-size: 13px; }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-size: 13px; font-weight: 600; color: var(--soft); padding: 0 12px 6px 0; }
td { vertical-align: top; padding: 9px 12px 9px 0; border-top: 1px solid var(--line); }
th { overflow-wrap: normal; }
th:last-child, td:last-child { padding-right: 0; }
@media (min-width: 641px) {
  .judged { table-layout: fixed; }
  .judged :is(th, td):first-child { width: 116px; }
  .judged :is(th, td):nth-child(2), .steps th:nth-child(2) { width: 31%; }
  .judged.wide :is(th, td):nth-child(2) { width: 56%; }
  .acted { table-layout: fixed; }
  .acted :is(th, td):first-child { width: 116px; }
  .acted :is(th, td):nth-child(2) { width: 42%; }
  .sides { table-layout: fixed; }
  .sides :is(th, td):first-child { width: 22%; }
  .named td:first-child { min-width: 150px; }
  .short { white-space: nowrap; }
}
.scroll { overflow-x: auto; }
.n { text-align: right; }
td.n:first-child, th.n:first-child { width: 1%; }
.time { white-space: nowrap; width: 84px; }
.spent { display: block; height: 3px; margin: 4px 0 0 auto; min-width: 2px; border-radius: 2px; }
.spent { background: var(--plain); opacity: .5; }
small { display: block; color: var(--soft); font-size: 13px; }
.kind { color: var(--soft); }
code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.next { margin: 0; padding-left: 22px; }
.next li { padding: 3px 0; }
.next code, .more code { background: var(--code); border-radius: 5px; padding: 2px 6px; box-decoration-break: clone; }
a, .playbook { color: var(--changed); }
.counts { display: flex; flex-wrap: wrap; gap: 6px 22px; list-style: none; padding: 0; margin: 0 0 12px; }
.tally span { color: var(--tone); margin-right: 14px; white-space: nowrap; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 20px 24px; }
.charts ~ table, .legend + .lead { margin-top: 20px; }
.legend { color: var(--soft); font-size: 13px; }
.legend i { display: inline-block; width: 26px; margin: 0 6px 4px 14px; border-top: 2px solid var(--changed); }
.legend i:first-child { margin-left: 0; }
.legend .limit { border-top: 2px dashed var(--critical); }
.legend .expected { border-top-style: dotted; }
.legend .bounds { border-top: 1px dotted var(--plain); }
figure { margin: 0; min-width: 0; }
figcaption { font-size: 13px; }
figcaption b { font-size: 17px; }
svg { display: block; width: 100%; height: auto; margin-top: 6px; overflow: visible; }
svg .background { fill: none; }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
svg .axis.y text { text-anchor: end; }
svg .axis .line { stroke: var(--line); fill: none; }
svg .axis.x .guides .line { stroke: none; }
svg .nofill { fill: none; stroke-linejoin: round; }
svg .color-0 .line { stroke: var(--changed); stroke-width: 2; }
svg .color-0 .dot { fill: var(--changed); }
svg .color-1 .line { stroke: var(--critical); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .axis.x .guides:first-of-type text { text-anchor: start; }
svg .axis.x .guides:last-of-type text { text-anchor: end; }
.outlook .color-2 .line { stroke: var(--changed); stroke-width: 2; stroke-dasharray: 2 4; }
.outlook :is(.color-3, .color-4) .line { stroke: var(--plain); stroke-width: 1; stroke-dasharray: 2 3; opacity: .8; }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--soft); padding: 4px 0; }
footer { color: var(--soft); font-size: 13px; padding: 16px 4px 0; }
@media (max-width: 640px) {
  body { padding: 12px 10px 28px; }
  header, section { padding: 16px; }
  h1 { font-size: 24px; }
  .facts { grid-template-columns: 1fr 1fr; }
  .stack thead { display: none; }
  .stack tr { display: block; padding: 10px 0; border-top: 1px solid var(--line); }
  .stack tbody tr:first-child { border-top: 0; padding-top: 0; }
  .stack td { display: block; padding: 2px 0; border: 0; text-align: left; width: auto; }
  .stack td.n:first-child { display: none; }
  .stack.labelled tr { display: flex; flex-wrap: wrap; column-gap: 18px; }
  .stack.labelled td::before { content: attr(data-label) " "; color: var(--soft); font-size: 13px; font-weight: 400; }
  .stack.labelled td:first-child { flex-basis: 100%; font-weight: 600; }
  .stack.labelled.named td:first-child::before { content: none; }
  .stack .none { display: none; }
  .spent { margin-left: 0; }
  .charts { grid-template-columns: 1fr; }
}
@media print { body { background: none; } header, section { break-inside: avoid; } }
"""
