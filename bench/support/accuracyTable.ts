/** Lines of a table of accuracies, in percent. */
export interface TableRow {
  dataset: string;
  ipc: number | string;
  method: string;
  iterations: number | string;
  ours: { mean: number; std: number; text: string };
  reference: { mean: number; std: number | null };
  bar: number | null;
  seconds: number;
  /** Cut short, so that it says nothing of the bar. */
  shortened: boolean;
}

export type Verdict = "reached" | "UNDER" | "shortened" | "-";

/** Whether a row reaches its bar. */
export function verdictOf({ ours, bar, shortened }: TableRow): Verdict {
  if (shortened) return "shortened";
  if (bar === null) return "-";
  return ours.mean >= bar ? "reached" : "UNDER";
}

const COLUMNS = [
  "dataset",
  "IPC",
  "method",
  "iterations",
  "ours",
  "reference",
  "bar",
  "verdict",
  "seconds",
  "draws",
];
const WIDTHS = [8, 9, 8, 10, 12, 12, 6, 9, 8, 5];

export function headOf(markdown: boolean): string {
  const line = lineOf(COLUMNS, markdown);
  return markdown
    ? `${line}\n${lineOf(
        COLUMNS.map(() => "---"),
        true,
      )}`
    : line;
}

export function rowLine(row: TableRow, markdown: boolean): string {
  const { ours, reference, bar } = row;
  const cells = [
    row.dataset,
    String(row.ipc),
    row.method,
    String(row.iterations),
    `${ours.mean.toFixed(1)} ± ${ours.std.toFixed(1)}`,
    `${reference.mean.toFixed(1)} ± ${reference.std?.toFixed(1) ?? "-"}`,
    bar?.toFixed(1) ?? "-",
    verdictOf(row),
    row.seconds.toFixed(0),
    ours.text,
  ];
  return lineOf(cells, markdown);
}

const lineOf = (cells: readonly string[], markdown: boolean): string =>
  markdown ? `| ${cells.join(" | ")} |` : cells.map((cell, i) => cell.padEnd(WIDTHS[i]!)).join("  ");
