/** docs/methods.md, from what the methods say of themselves: `npm run docs` writes it. */
import type { Param, ParamRecord } from "@/shared/params";
import { markdownTable, meaningOf, rangeText, valueText } from "@/shared/paramText";
import type { Preset } from "@/shared/plugin";
import type { Method } from "./methods/method";
import { runParams } from "./runParams";

const HEAD = `# Methods

Written by \`npm run docs\` from the code; do not edit.

C classes, IPC synthetic and B real images per class, A a drawn augmentation, θ the weights of a network, ℓ the mean
cross-entropy, ψ the embedding that enters the classifier. Costs count passes through the network per iteration, that
is per update of the synthetic images. One R-operator pass is a forward and a backward pass that carry a tangent
along, about twice the work of the two; it gives the derivative of ⟨∇ℓ, λ⟩ towards weights, images and targets at once.

A preset fills in the settings of its source; those it leaves out keep their defaults.
`;

/** The whole page, as Markdown. */
export function methodsPage(methods: Iterable<Method>): string {
  return [HEAD, ...Array.from(methods, section), settingsOfRuns()].join("\n");
}

function section(method: Method): string {
  const { id, label, about, formula, cite, order, cost, params, presets = [] } = method;
  return [
    `## ${label}\n`,
    `${about}\n`,
    ...(formula ? [`\`\`\`\n${formula}\n\`\`\`\n`] : []),
    `- Id: \`${id}\`${cite ? `\n- Source: ${cite}` : ""}`,
    `- Derivatives: ${order}`,
    `- Cost of an iteration: ${cost}\n`,
    "### Settings\n",
    paramTable(params),
    ...(presets.length > 0 ? ["### Presets\n", ...presetTables(presets)] : []),
  ].join("\n");
}

const settingsOfRuns = (): string => `## Settings of every run\n\n${paramTable(runParams)}`;

function paramTable(params: Record<string, Param>): string {
  const rows = Object.entries(params).map(([name, param]) => [
    `\`${name}\``,
    param.symbol ?? "",
    meaningOf(param),
    rangeText(param, (id) => `\`${id}\``),
    valueText(param.default),
  ]);
  return markdownTable(["name", "symbol", "meaning", "range", "default"], rows);
}

/** Presets of one source in one table, with a column per setting that any of them names. */
function presetTables(presets: readonly Preset[]): string[] {
  const sources = [...new Set(presets.map(({ source }) => source))];
  return sources.map((source) => {
    const own = presets.filter((preset) => preset.source === source);
    const settings = own.map(({ params, run, network }): ParamRecord => ({
      ...params,
      ...run,
      ...network?.params,
    }));
    const names = [...new Set(settings.flatMap((record) => Object.keys(record)))];
    const rows = own.map(({ label }, i) => [
      label,
      ...names.map((name) => (settings[i]![name] === undefined ? "" : valueText(settings[i]![name]))),
    ]);
    return `Source: ${source}.\n\n${markdownTable(["preset", ...names.map((name) => `\`${name}\``)], rows)}`;
  });
}
