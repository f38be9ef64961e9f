/** Tables of comma-separated values (or semicolons, or tabs), row by row; Papa Parse knows quotes and what is in them. */
import Papa from "papaparse";
import { UserError } from "@/shared/errors";

/** Characters that a row may have: a picture of 1000 × 1000 in colour has 12 million. */
const MAX_ROW = 32 * 2 ** 20;
const DELIMITERS = [",", ";", "\t"];

/** What is used of Papa Parse's inner parser, which stops in front of an unfinished row. */
interface RowParser {
  parse(text: string, base: number, isUnfinished: boolean): { data: string[][]; meta: { cursor: number } };
}

/**
 * The rows of a file, empty lines left out, cells without blanks around them.
 * @throws UserError when a row is endless: a quote that is never closed, or no table at all
 */
export async function* readCsvRows(file: Blob, where: string, signal: AbortSignal): AsyncGenerator<string[]> {
  const decoder = new TextDecoder(); // drops the byte order mark that spreadsheets write
  const reader = file.stream().getReader();
  let parser: RowParser | null = null;
  let rest = "";
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      if (!done && !parser && !/[\r\n]./s.test(rest) && rest.length < MAX_ROW) continue; // no whole line yet
      parser ??= parserFor(rest);
      const { data, meta } = parser.parse(rest, 0, !done);
      rest = rest.slice(meta.cursor);
      for (const row of data) {
        const cells = row.map((cell) => cell.trim());
        if (cells.some((cell) => cell !== "")) yield cells;
      }
      if (done) return;
      if (rest.length > MAX_ROW)
        throw new UserError(
          `${where} is no table: it has a row of more than ${MAX_ROW / 2 ** 20} million characters.`,
          "A quote may be missing in it.",
        );
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** @param text from the start of the file, one line at least */
function parserFor(text: string): RowParser {
  const line = /^[^\r\n]*/.exec(text)![0];
  const newline = /\r\n|\n|\r/.exec(text)?.[0] as "\r\n" | "\n" | "\r" | undefined;
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))]!;
  return new Papa.Parser({ delimiter, newline: newline ?? "\n" });
}
