// SPDX-License-Identifier: GPL-3.0-or-later
// Two comforts that need no network, and without which every page still says everything.

// On a narrow screen each row of a wide table becomes a card, whose lines need the names of their columns.
function nameCells() {
  for (const table of document.querySelectorAll(".wide table")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].slice(1).forEach((cell, index) => (cell.dataset.label = heads[index + 1]));
    }
  }
}

// Hides the rows of the catalogue that lack one of the words in the box; occasions to use a runbook count too.
function filterCatalogue(box) {
  const rows = [...document.querySelectorAll(`.${box.dataset.filter} tbody tr`)];
  const count = document.querySelector(".filter-count");
  const near = (link) => (link.closest("tr") ?? link.closest("p")?.nextElementSibling)?.textContent ?? "";
  const occasions = (row) => {
    const page = row.querySelector("a").getAttribute("href");
    return [...document.querySelectorAll(`section a[href="${page}"]`)].map(near);
  };
  const texts = rows.map((row) => [row.textContent, ...occasions(row)].join(" ").toLowerCase());
  const show = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every((word) => texts[index].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = words.length ? `${shown} of ${rows.length} runbooks` : "";
  };
  box.addEventListener("input", show);
  show();
}

document.addEventListener("DOMContentLoaded", () => {
  nameCells();
  const box = document.querySelector("input[data-filter]");
  if (box) filterCatalogue(box);
});
