// SPDX-License-Identifier: GPL-3.0-or-later
// Lets a reader drag over the bars of a timeline (data-span) to narrow the search to their time. Each bar is a link to
// its own time, with its place and width in percent (data-x, data-width). Without a pointer, the form for the first and
// last day does the same.

const NEAR = 6; // so many pixels are still a click

export function spans(plot) {
  const bars = [...plot.querySelectorAll("a[data-x]")];
  if (bars.length < 2) return;
  let from = null; // the place where the pointer went down, in pixels
  let pointer = null;
  let dragged = false;
  const area = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  area.setAttribute("class", "chosen");
  area.setAttribute("height", "100%");
  const label = document.createElement("p");
  label.className = "chosen-span";
  label.setAttribute("role", "status");
  label.hidden = true;
  plot.closest(".chart").after(label);

  const box = () => plot.closest(".chart").getBoundingClientRect();
  const percent = (x) => Math.min(100, Math.max(0, (100 * (x - box().left)) / box().width));
  const middle = (bar) => Number(bar.dataset.x) + Number(bar.dataset.width) / 2;

  function chosen(x) {
    const [left, right] = [percent(from), percent(x)].sort((a, b) => a - b);
    const half = (bar) => Number(bar.dataset.width) / 2;
    return bars.filter((bar) => middle(bar) + half(bar) >= left && middle(bar) - half(bar) <= right);
  }

  function show(some) {
    const left = Math.min(...some.map((bar) => Number(bar.dataset.x)));
    const right = Math.max(...some.map((bar) => Number(bar.dataset.x) + Number(bar.dataset.width)));
    area.setAttribute("x", `${left}%`);
    area.setAttribute("width", `${right - left}%`);
    if (!area.isConnected) plot.append(area);
    label.hidden = false;
    label.textContent = [...new Set([some[0], some.at(-1)].map(name))].join(" – ");
  }

  // The text of a bar begins with its period, then a colon and a space.
  const name = (bar) => bar.querySelector("title").textContent.split(": ")[0];

  function stop() {
    area.remove();
    label.hidden = true;
    from = pointer = null;
  }

  plot.addEventListener("dragstart", (event) => event.preventDefault());
  plot.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    [from, pointer, dragged] = [event.clientX, event.pointerId, false];
  });
  addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    if (!dragged && Math.abs(event.clientX - from) < NEAR) return;
    if (!dragged) plot.setPointerCapture(pointer);
    dragged = true;
    const some = chosen(event.clientX);
    if (some.length) show(some);
  });
  addEventListener("pointerup", (event) => {
    if (event.pointerId !== pointer) return;
    const some = dragged ? chosen(event.clientX) : [];
    stop();
    if (!some.length) return;
    const [first, last] = [some[0], some.at(-1)].map((bar) => new URL(bar.getAttribute("href"), location.href));
    first.searchParams.set("to", last.searchParams.get("to"));
    location.assign(first);
  });
  addEventListener("pointercancel", (event) => {
    if (event.pointerId === pointer) stop();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || pointer === null) return;
    dragged = true; // what follows is no click
    stop();
  });
  // The end of a drag is no click on the bar below the pointer.
  plot.addEventListener("click", (event) => {
    if (dragged) event.preventDefault();
    dragged = false;
  }, true);
}
