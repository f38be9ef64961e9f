/** docs/cli.md, from the flags and the exit codes: `npm run docs` writes it. */
import { writers } from "@/data/writers";
import { KINDS, kinds, type Catalog } from "@/shared/experiment";
import { markdownTable, meaningOf, rangeText } from "@/shared/paramText";
import { EXIT_MEANINGS } from "./exitCodes";
import { commandFlags, settingFlags, type CommandFlag, type SettingFlag } from "./flags";
import { defaultText, USAGE } from "./help";

const HEAD = `# Command line

Written by \`npm run docs\` from the code; do not edit.

\`\`\`sh
${USAGE}
\`\`\`

The same engine, the same settings and the same files as on the page, in Node: with the same data, settings and seed the
same result, on the same backend bit by bit. Without a GPU the page proposes smaller defaults; so does the command. What
is printed goes to stderr; stdout has the folder that was written, or the JSON of \`--inspect\`. npm prints two lines of
its own on stdout before it: scripts call \`npm run --silent distill -- …\` or \`node src/cli/distill.mjs …\`.

## Backends

WebGPU comes through Dawn (the optional package \`webgpu\`), on any Vulkan, Metal or Direct3D 12 driver; where there is no
graphics adapter, WebAssembly is taken, and the first line says why. \`--backend webgpu\` also takes a software adapter:
the driver that \`VK_ICD_FILENAMES\` names, else the SwiftShader that comes with Chromium where one is installed. Pictures
are decoded by the optional package \`@napi-rs/canvas\`, which gives JPEGs as Chromium does, to the last bit.

## Interruptions

Ctrl-C (or SIGTERM) saves the state, writes the set as it is, and ends with code 130; a second one, later, ends at once.
The state is also saved every \`--checkpoint-seconds\`, in two generations that are written in turn and hashed, in
\`<out>/checkpoint\` or the folder that \`--checkpoint\` names. \`--resume\` goes on from the newest whole one and ends with
the same bytes as a run that was never interrupted; settings may be left out, and where they are given they must be the
same (only learning rates and the evaluation may change). When the run is at its end its checkpoint is removed.

Experts of trajectory matching are kept under \`--experts-dir\` (\`$XDG_CACHE_HOME/distillation-studio/experts\`, else
\`~/.cache/…\`), epoch by epoch, and found again by data, network and recipe.

An export in \`--out\` is replaced by the next one; no other file is touched, and where one stands in the way nothing is
computed. While a run works in a folder it holds \`.distill.lock\` in it, and another one is refused; what a killed run left
behind is taken over.
`;

/** The whole page, as Markdown. @param catalog with the defaults of a GPU */
export function cliPage(catalog: Catalog): string {
  const flags = settingFlags(catalog);
  const sections = kinds.flatMap((kind) =>
    catalog[KINDS[kind]].flatMap(({ id, label }) => {
      const own = flags.filter(({ owner }) => owner.kind === kind && owner.id === id);
      return own.length > 0
        ? [`## \`--${kind} ${id}\`: ${label}\n\n${settingsTable(own)}`]
        : [`## \`--${kind} ${id}\`: ${label}\n`];
    }),
  );
  return [
    HEAD,
    `## Exit codes\n\n${markdownTable(["code", "meaning"], Object.entries(EXIT_MEANINGS))}`,
    `## Flags of the command\n\n${commandTable(commandFlags)}`,
    `## Formats of the export\n\n${formatsTable()}`,
    `## The run\n\n${settingsTable(flags.filter(({ owner }) => owner.kind === "run"))}`,
    ...sections,
  ].join("\n");
}

const formatsTable = (): string =>
  markdownTable(
    ["`--format`", "writes", "usual"],
    Array.from(writers.values(), ({ id, about, isDefault }) => [`\`${id}\``, about, isDefault ? "yes" : ""]),
  );

const commandTable = (flags: readonly CommandFlag[]): string =>
  markdownTable(
    ["flag", "takes", "meaning"],
    flags.map(({ name, value = "", help }) => [`\`--${name}\``, value, help]),
  );

const settingsTable = (flags: readonly SettingFlag[]): string =>
  markdownTable(
    ["flag", "meaning", "range", "default"],
    flags.map(({ name, param }) => [
      param.kind === "flag" ? `\`--${name}\`, \`--no-${name}\`` : `\`--${name}\``,
      meaningOf(param),
      rangeText(param, (id) => `\`${id}\``),
      defaultText(param),
    ]),
  );
