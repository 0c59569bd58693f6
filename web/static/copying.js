// SPDX-License-Identifier: GPL-3.0-or-later
// Buttons that copy the text of an element (data-copies, its id) and say so (data-done); where the browser does not
// allow it, they select the text instead and say that it can be copied (data-failed). They are hidden until this runs.

export function copying(button) {
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  button.after(status);
  button.addEventListener("click", async () => {
    const element = document.getElementById(button.dataset.copies);
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(element.textContent); // only where the page came by a secure way
      status.textContent = button.dataset.done;
    } catch {
      element.hidden = false;
      getSelection().selectAllChildren(element);
      status.textContent = button.dataset.failed;
    }
  });
  button.hidden = false;
}
