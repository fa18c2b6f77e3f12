// The editor keeps as many lines as the text has; a problem's line is one click away. Without this everything still works.
"use strict";

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-editor]")) return;
  event.target.rows = event.target.value.split("\n").length + 3;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  const editor = document.querySelector("[data-editor]");
  if (!link || !editor) return;
  const lines = editor.value.split("\n");
  const start = lines.slice(0, link.dataset.line - 1).join("\n").length + (link.dataset.line > 1 ? 1 : 0);
  editor.focus({ preventScroll: true });
  editor.setSelectionRange(start, start + (lines[link.dataset.line - 1] || "").length);
});
