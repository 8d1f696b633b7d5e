// SPDX-License-Identifier: GPL-3.0-or-later
// Hides the rows of the catalogue that lack one of the words in the box. Without scripts the whole table is shown.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("input[data-filter]");
  if (!box) return;
  const rows = [...document.querySelectorAll(`.${box.dataset.filter} tbody tr`)];
  const count = document.querySelector(".filter-count");
  const occasions = (row) => {
    const page = row.querySelector("a").getAttribute("href");
    const list = document.querySelector(`#what-to-use-when a[href="${page}"]`)?.closest("p")?.nextElementSibling;
    return list ? list.textContent : "";
  };
  const texts = rows.map((row) => (row.textContent + " " + occasions(row)).toLowerCase());
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
});
