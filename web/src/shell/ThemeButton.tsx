import { announce } from "./announce";
import { Icon, type IconName } from "./Icon";
import { type Theme, useTheme } from "./theme";

const next: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const icon: Record<Theme, IconName> = { auto: "auto", light: "sun", dark: "moon" };
const name: Record<Theme, string> = { auto: "as the system", light: "light", dark: "dark" };

/** One button, three turns: system, light, dark. */
export function ThemeButton() {
  const [theme, choose] = useTheme();
  const turn = () => {
    choose(next[theme]);
    announce(`Theme: ${name[next[theme]]}.`);
  };
  const label = `Theme: ${name[theme]}. Change to ${name[next[theme]]}.`;
  return (
    <button type="button" className="button plain icon-only" onClick={turn} aria-label={label} title={label}>
      <Icon name={icon[theme]} />
    </button>
  );
}
