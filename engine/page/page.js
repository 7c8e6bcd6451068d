"use strict";
// Tables that sort by a heading, and fields that look for rows.
const key = (row, at) => row.cells[at].dataset.sort ?? row.cells[at].textContent.trim();
const compare = (a, b) => {
  const x = Number(a), y = Number(b);
  return a !== "" && b !== "" && !isNaN(x) && !isNaN(y) ? x - y : a.localeCompare(b, document.documentElement.lang);
};
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, at) => head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") !== "descending";
    heads.forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...[...body.rows].sort((a, b) => compare(key(a, at), key(b, at)) * (down ? -1 : 1)));
  }));
}
for (const field of document.querySelectorAll(".filter input")) {
  const rows = [...field.parentElement.nextElementSibling.querySelectorAll("tbody tr")];
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
