"use strict";
// Reloads the page when the site was made anew since; the browser keeps the place on the page.
new EventSource("EVENTS").addEventListener("made", (event) => {
  if (event.data !== "MADE") location.reload();
});
