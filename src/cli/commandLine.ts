/** Words of the command line → flags and their values. Nothing is looked up in the settings yet, only known names. */
import { CliError, EXIT } from "./exitCodes";
import { commandFlags, type CommandFlag, type CommandName, type SettingFlag } from "./flags";
import { nearest } from "./nearest";

/** A setting as it was typed: a switch that was only named is `true`, `--no-…` is `false`. */
export type TypedValue = string | boolean;

export interface CommandLine {
  /** Values of the command's own flags; a switch is "". */
  command: Partial<Record<CommandName, string[]>>;
  /** Settings by the name of their flag. */
  settings: Map<string, TypedValue>;
}

const commandByName = new Map<string, CommandFlag>(commandFlags.map((flag) => [flag.name, flag]));

/** @throws CliError that names the first wrong word, and what may have been meant */
export function parseCommandLine(words: readonly string[], settings: readonly SettingFlag[]): CommandLine {
  const known = new Map(settings.map(({ name, param }) => [name, param.kind]));
  const line: CommandLine = { command: {}, settings: new Map() };
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "-h") {
      line.command.help = [""];
      continue;
    }
    if (!word.startsWith("--")) throw unexpected(word);
    const equals = word.indexOf("=");
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const given = equals < 0 ? undefined : word.slice(equals + 1);
    const next = words[at + 1];
    const takeValue = (): string => {
      if (given !== undefined) return given;
      if (next === undefined || next.startsWith("--"))
        throw new CliError(EXIT.usage, `--${name} needs a value.`, exampleOf(name));
      at++;
      return next;
    };

    const command = commandByName.get(name);
    const kind = known.get(name);
    if (command) {
      if (!command.value && given !== undefined)
        throw new CliError(
          EXIT.usage,
          `--${name} takes no value; it was given "${given}".`,
          `Write --${name} alone.`,
        );
      const earlier = line.command[name as CommandName];
      if (earlier && command.value && !command.repeats)
        throw new CliError(EXIT.usage, `--${name} was given twice.`, "Give it once.");
      line.command[name as CommandName] = [...(earlier ?? []), command.value ? takeValue() : ""];
    } else if (kind === "flag") {
      line.settings.set(name, given ?? true);
    } else if (kind) {
      if (line.settings.has(name))
        throw new CliError(EXIT.usage, `--${name} was given twice.`, "Give it once.");
      line.settings.set(name, takeValue());
    } else if (name.startsWith("no-") && known.get(name.slice(3)) === "flag") {
      line.settings.set(name.slice(3), false);
    } else {
      throw unknown(name, [...commandByName.keys(), ...known.keys()]);
    }
  }
  return line;
}

function unknown(name: string, known: readonly string[]): CliError {
  const meant = nearest(name, known);
  return new CliError(
    EXIT.usage,
    `There is no flag --${name}.`,
    meant ? `Did you mean --${meant}? --help lists them all.` : "--help lists them all.",
  );
}

const unexpected = (word: string): CliError =>
  new CliError(
    EXIT.usage,
    `"${word}" stands without a flag.`,
    word.startsWith("-")
      ? "Flags begin with two dashes; --help lists them."
      : `Data is given as --data ${word}.`,
  );

function exampleOf(name: string): string {
  const value = commandByName.get(name)?.value;
  return value ? `Write --${name} <${value}>.` : `Write --${name} <value>; --help says which.`;
}
