// Runs before the first paint, so that a chosen theme does not flash. A file of its own because the
// page's Content-Security-Policy allows no inline script.
(() => {
  try {
    const theme = localStorage.getItem("bindery.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's theme then holds.
  }
})();
