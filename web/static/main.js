// SPDX-License-Identifier: GPL-3.0-or-later
// What pages gain where JavaScript runs. All of them work without it.

import { completion } from "./completion.js";
import { copying } from "./copying.js";
import { jumps } from "./jumps.js";

for (const form of document.querySelectorAll("form[data-suggest]")) completion(form);
for (const steps of document.querySelectorAll("[data-steps]")) jumps(steps);
for (const button of document.querySelectorAll("button[data-copies]")) copying(button);
