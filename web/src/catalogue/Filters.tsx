import { type BookFilters, useBooks } from "../api/queries";
import type { Book } from "../api/types";
import { languageName } from "../shell/format";

type Narrowing = "author" | "genre" | "tag" | "language";

const fields: { name: Narrowing; label: string; any: string; of: (book: Book) => string[] }[] = [
  { name: "author", label: "Author", any: "Any author", of: (book) => book.authors },
  { name: "genre", label: "Genre", any: "Any genre", of: (book) => book.genres },
  { name: "tag", label: "Tag", any: "Any tag", of: (book) => book.tags },
  {
    name: "language",
    label: "Language",
    any: "Any language",
    of: (book) => (book.language ? [book.language] : []),
  },
];

interface FiltersProps {
  filters: BookFilters;
  onChange: (name: string, value: string) => void;
}

/** The choices are the values on the unfiltered first shelf; a filter without choices is not shown. */
export function Filters({ filters, onChange }: FiltersProps) {
  const { data } = useBooks(filters.sort ? { sort: filters.sort } : {});
  const books = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <fieldset className="filters">
      <legend className="visually-hidden">Narrow and sort the catalogue</legend>
      {fields.map(({ name, label, any, of }) => {
        const chosen = filters[name];
        const values = new Set(books.flatMap(of));
        if (chosen) values.add(chosen);
        if (values.size < 2 && !chosen) return null;
        return (
          <Choice key={name} label={label} value={chosen ?? ""} onChange={(value) => onChange(name, value)}>
            <option value="">{any}</option>
            {[...values]
              .sort((a, b) => a.localeCompare(b))
              .map((value) => (
                <option key={value} value={value}>
                  {name === "language" ? languageName(value) : value}
                </option>
              ))}
          </Choice>
        );
      })}
      {books.length > 1 && (
        <Choice label="Sort by" value={filters.sort ?? ""} onChange={(value) => onChange("sort", value)}>
          <option value="">Newest first</option>
          <option value="title">By title</option>
        </Choice>
      )}
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: React.ReactNode;
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <label>
      <span className="visually-hidden">{label}</span>
      <select className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {children}
      </select>
    </label>
  );
}
