// SPDX-License-Identifier: GPL-3.0-or-later
// What pages gain where JavaScript runs. All of them work without it.

import { completion } from "./completion.js";
import { copying } from "./copying.js";
import { jumps } from "./jumps.js";
import { spans } from "./spans.js";
import { keys } from "./keys.js";
import { savedSearches } from "./saved.js";
import { saving } from "./saving.js";

for (const form of document.querySelectorAll("form[data-suggest]")) completion(form);
for (const steps of document.querySelectorAll("[data-steps]")) jumps(steps);
for (const button of document.querySelectorAll("button[data-copies]")) copying(button);
for (const plot of document.querySelectorAll("[data-span]")) spans(plot);
for (const button of document.querySelectorAll("button[data-asked]")) saving(button);
for (const root of document.querySelectorAll("[data-searches]")) savedSearches(root);
keys(document.getElementById("keys"));
