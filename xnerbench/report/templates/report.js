"use strict";
(function () {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try { return localStorage.getItem("xnerbench-theme"); } catch (error) { return null; }
  }
  function current() {
    return root.dataset.theme || (prefersDark.matches ? "dark" : "light");
  }
  function show() {
    button.textContent = current() === "dark" ? "Light" : "Dark";
  }
  if (stored() === "light" || stored() === "dark") { root.dataset.theme = stored(); }
  show();
  prefersDark.addEventListener("change", show);
  button.addEventListener("click", function () {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    try { localStorage.setItem("xnerbench-theme", root.dataset.theme); } catch (error) { /* private window */ }
    show();
  });

  function compare(a, b, numeric) {
    if (a === b) { return 0; }
    if (a === null) { return 1; }  // cells without a number stay at the end
    if (b === null) { return -1; }
    return numeric ? a - b : a.localeCompare(b, "en", { numeric: true });
  }
  function key(row, index, numeric) {
    const cell = row.cells[index];
    if (!numeric) { return cell.textContent; }
    return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
  }
  function sort(table, index) {
    const head = table.tHead.rows[0].cells[index];
    const numeric = head.classList.contains("number");
    const before = head.getAttribute("aria-sort");
    const down = before ? before === "ascending" : numeric;  // numbers start with the largest
    for (const cell of table.tHead.rows[0].cells) { cell.removeAttribute("aria-sort"); }
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = Array.from(table.tBodies[0].rows, function (row, at) {
      return { row: row, key: key(row, index, numeric), at: at };
    });
    rows.sort(function (a, b) {
      const missing = a.key === null || b.key === null;
      const order = compare(a.key, b.key, numeric) * (down && !missing ? -1 : 1);
      return order || a.at - b.at;
    });
    table.tBodies[0].append(...rows.map(function (entry) { return entry.row; }));
  }
  for (const table of document.querySelectorAll("table")) {
    table.tHead.addEventListener("click", function (event) {
      const head = event.target.closest("th");
      if (head) { sort(table, head.cellIndex); }
    });
  }
  for (const input of document.querySelectorAll(".filter input")) {
    input.addEventListener("input", function () {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of input.closest(".table").querySelectorAll("tbody tr")) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every(function (word) { return text.includes(word); });
      }
    });
  }
})();
