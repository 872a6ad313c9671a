"use strict";
// Reloads the page when the site was made anew; the browser keeps the place on the page.
new EventSource("EVENTS").addEventListener("changed", () => location.reload());
