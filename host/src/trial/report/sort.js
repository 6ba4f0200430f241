for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const rises = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", rises ? "ascending" : "descending");
      const value = (row) => {
        const cell = row.cells[column];
        return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
      };
      const order = (one, other) => {
        const [a, b] = [value(one), value(other)];
        return typeof a === "number" ? a - b : a.localeCompare(b);
      };
      const rows = [...table.tBodies[0].rows].sort(order);
      table.tBodies[0].append(...(rises ? rows : rows.reverse()));
    });
  });
}
