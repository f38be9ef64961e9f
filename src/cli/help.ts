/** `--help`: every flag with its range, its default and a sentence, method by method. */
import { KINDS, kinds, type Catalog, type Kind } from "@/shared/experiment";
import type { Param } from "@/shared/params";
import { meaningOf, rangeText, valueText } from "@/shared/paramText";
import { EXIT_MEANINGS } from "./exitCodes";
import { commandFlags, settingFlags, type CommandFlag, type SettingFlag } from "./flags";

const WIDTH = 100;
const INDENT = "      ";

export const USAGE =
  "npm run distill -- --data <file or folder> --method dm --ipc 1 --iterations 20 --network-width 32 --seed 1 --out <folder>";

/** The default of a parameter, and that of a device without a GPU where it is another. */
export function defaultText(param: Param): string {
  const slow = "slowDefault" in param ? param.slowDefault : undefined;
  return valueText(param.default) + (slow === undefined ? "" : ` (${valueText(slow)} without a GPU)`);
}

/** @param catalog with the defaults of a GPU */
export function helpText(catalog: Catalog): string {
  const flags = settingFlags(catalog);
  return [
    "Distils a labelled image dataset without a page: the same engine, the same settings, the same files.\n",
    `  ${USAGE}\n`,
    ...commandFlags.map(commandLines),
    "\nThe run\n",
    ...flags.filter(({ owner }) => owner.kind === "run").map(settingLines),
    ...kinds.map((kind) => pluginLines(catalog, kind, flags)),
    "\nExit codes\n",
    ...Object.entries(EXIT_MEANINGS).map(([code, meaning]) =>
      wrapped(`${code.padStart(5)}  ${meaning}`, "       "),
    ),
  ].join("\n");
}

function commandLines({ name, value, help }: CommandFlag): string {
  return `  --${name}${value ? ` <${value}>` : ""}\n${wrapped(INDENT + help, INDENT)}`;
}

function settingLines({ name, param }: SettingFlag): string {
  const takes = param.kind === "flag" ? `  --${name}, --no-${name}` : `  --${name} <${rangeText(param)}>`;
  return `${wrapped(takes, "      ")}\n${wrapped(`${INDENT}${meaningOf(param)} Default ${defaultText(param)}.`, INDENT)}`;
}

function pluginLines(catalog: Catalog, kind: Kind, flags: readonly SettingFlag[]): string {
  return catalog[KINDS[kind]]
    .map(({ id, label, about }) => {
      const own = flags.filter(({ owner }) => owner.kind === kind && owner.id === id);
      return [`\n--${kind} ${id}: ${label}`, wrapped(`  ${about}`, "  "), "", ...own.map(settingLines)].join(
        "\n",
      );
    })
    .join("\n");
}

/** Lines of at most `WIDTH` letters; those after the first begin with `indent`. */
function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.trimEnd().split(/(?<=\S) /)) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
