/** A declaration in words, for pages of docs and the help of the command line. */
import type { Param, ParamValue } from "./params";

/** A value as one reads and types it. */
export const valueText = (value: ParamValue): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : value === "" ? "none" : String(value);

/** What a parameter takes: "1 … 50", "on, off", "real, noise". @param quote how an id is set apart */
export function rangeText(param: Param, quote = (id: string) => id): string {
  switch (param.kind) {
    case "int":
    case "float":
      return `${valueText(param.min)} … ${valueText(param.max)}${param.unit ?? ""}`;
    case "flag":
      return "on, off";
    case "choice":
      return param.options.map(({ value }) => quote(value)).join(", ");
    case "subset":
      return `any of ${param.options.map(({ value }) => quote(value)).join(", ")}`;
    case "keptSet":
      return "id of a kept set";
    default:
      throw new Error(`rangeText(): unknown kind ${(param satisfies never as Param).kind}`);
  }
}

/** Label and explanation as one line. */
export const meaningOf = ({ label, help }: Param): string => (help ? `${label}. ${help}` : label);

/** A Markdown table; columns are aligned by whoever formats the page. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
  return `${lines.join("\n")}\n`;
}

/** The same text, however its tables are aligned: what a test compares. */
export const bareMarkdown = (markdown: string): string =>
  markdown.replace(/-{3,}/g, "---").replace(/\s+/g, " ").trim();
