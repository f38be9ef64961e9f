/** The results table as text to take elsewhere: CSV (RFC 4180) and Markdown. */
import type { ResultRow } from "./resultRows";

type Cell = string | number | null;

/** Spreadsheets run what begins like this as a formula: a quote before it makes it text. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** One line per row, CRLF between them, formulas neutralised in texts; numbers stay numbers, unknown is empty. */
export const csvText = (table: readonly (readonly Cell[])[]): string =>
  table.map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";

function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A Markdown table; the first row is its head, columns of numbers stand right. */
export function markdownText(table: readonly (readonly Cell[])[]): string {
  const [head = [], ...body] = table;
  const isNumeric = head.map((_, column) =>
    body.every((row) => row[column] === null || /^[+−–-]?\d/.test(String(row[column]))),
  );
  const line = (cells: readonly Cell[]) => `| ${cells.map(markdownCell).join(" | ")} |`;
  return [
    line(head),
    line(isNumeric.map((numeric) => (numeric ? "---:" : "---"))),
    ...body.map(line),
    "",
  ].join("\n");
}

const markdownCell = (cell: Cell): string =>
  cell === null
    ? "–"
    : String(cell)
        .replaceAll("\\", "\\\\")
        .replaceAll(/[|[\]`*_~]/g, "\\$&")
        .replaceAll(/\s+/g, " ")
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;");

/** All the data is trained on by a recipe of its own: its number is not taken away without that word. */
const trainedOn = ({ subject, subjectText }: ResultRow): string =>
  subject === "full" ? `${subjectText} (short recipe)` : subjectText;

const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(6)));

/** Accuracies as fractions with every single score, for a spreadsheet. */
export const csvTable = (rows: readonly ResultRow[], dataset: string): Cell[][] => [
  [
    "dataset",
    "set",
    "trained_on",
    "network",
    "mean",
    "std",
    "ior",
    "hlr",
    "lrs",
    "networks",
    "accuracies",
    "learning_rates",
    "rate_source",
    "labels",
    "cached",
  ],
  ...rows.map((row): Cell[] => [
    dataset,
    row.set,
    trainedOn(row),
    row.network,
    rounded(row.mean),
    rounded(row.std),
    rounded(row.ior),
    rounded(row.hlr),
    rounded(row.lrs),
    row.accuracies.length,
    row.accuracies.map((accuracy) => rounded(accuracy)).join(" "),
    row.source.rates.map((rate) => rounded(rate)).join(" "),
    row.source.rateSource,
    row.source.labels,
    row.isCached ? "yes" : "no",
  ]),
];

const percent = (value: number | null): string | null => (value === null ? null : (value * 100).toFixed(1));

/** Percent with one decimal, as papers print it. */
export const markdownTable = (rows: readonly ResultRow[]): Cell[][] => [
  ["Set", "Trained on", "Network", "Accuracy (%)", "IOR", "HLR", "LRS"],
  ...rows.map((row): Cell[] => [
    row.set,
    trainedOn(row),
    row.network,
    `${percent(row.mean)} ± ${percent(row.std)}`,
    percent(row.ior),
    percent(row.hlr),
    row.lrs === null ? null : row.lrs.toFixed(3),
  ]),
];
