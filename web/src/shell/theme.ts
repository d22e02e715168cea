import { Store, useStore } from "../api/store";

/** `auto` follows the system. */
export type Theme = "auto" | "light" | "dark";

const key = "bindery.theme";

const theme = new Store<Theme>(stored());

export function useTheme(): [Theme, (next: Theme) => void] {
  return [useStore(theme), choose];
}

function choose(next: Theme): void {
  theme.set(next);
  if (next === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(key, next);
  } catch {
    // Not remembered, still applied.
  }
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const system = new Store(systemDark.matches);
systemDark.addEventListener("change", ({ matches }) => system.set(matches));

/** What is actually shown, the system's choice resolved. */
export function useShownTheme(): "light" | "dark" {
  const dark = useStore(system);
  const chosen = useStore(theme);
  return chosen === "auto" ? (dark ? "dark" : "light") : chosen;
}
