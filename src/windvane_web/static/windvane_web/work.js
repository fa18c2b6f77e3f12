// Grids of data: arrows and Enter move, a block copied from a spreadsheet is pasted cell by cell.
"use strict";

for (const table of document.querySelectorAll("[data-grid]")) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]).filter((row) => row.length);
  const place = (input) => {
    for (let r = 0; r < rows.length; r++) {
      const c = rows[r].indexOf(input);
      if (c >= 0) return [r, c];
    }
    return null;
  };
  const go = (r, c) => {
    const input = rows[r] && rows[r][c];
    if (input) { input.focus(); input.select(); }
  };
  const set = (input, text) => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };

  table.addEventListener("keydown", (event) => {
    const at = place(event.target);
    if (!at) return;
    const [r, c] = at;
    const edge = event.target.selectionStart === event.target.selectionEnd || event.target.selectionEnd - event.target.selectionStart === event.target.value.length;
    if (event.key === "ArrowUp") { event.preventDefault(); go(r - 1, c); }
    else if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); go(r + 1, c); }
    else if (event.key === "ArrowLeft" && edge && event.target.selectionStart === 0) { event.preventDefault(); go(r, c - 1); }
    else if (event.key === "ArrowRight" && edge && event.target.selectionEnd === event.target.value.length) { event.preventDefault(); go(r, c + 1); }
  });

  table.addEventListener("paste", (event) => {
    const at = place(event.target);
    const text = event.clipboardData.getData("text/plain");
    if (!at || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").forEach((line, i) => {
      line.split("\t").forEach((cell, j) => {
        const input = rows[at[0] + i] && rows[at[0] + i][at[1] + j];
        if (input) set(input, cell.trim());
      });
    });
  });

  table.addEventListener("input", (event) => {
    if (event.target.matches("input")) event.target.classList.toggle("changed", event.target.value !== event.target.defaultValue);
  });
}
