/** A network and its settings, told apart and named: "ConvNet · width 128 · depth 3 · Batch norm". */
import type { Catalog, PluginChoice } from "@/shared/experiment";
import { defaultsOf } from "@/shared/params";

/** The same text for the same choice, whatever the order of its settings. */
export const choiceKey = ({ id, params }: PluginChoice): string =>
  JSON.stringify([id, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** Its label, its numbers, and the options that are not the usual ones. */
export function networkLabel(catalog: Catalog | null, choice: PluginChoice): string {
  const info = catalog?.networks.find(({ id }) => id === choice.id);
  if (!info) return choice.id;
  const parts = Object.entries(info.params).flatMap(([key, param]) => {
    const value = choice.params[key] ?? param.default;
    switch (param.kind) {
      case "int":
      case "float":
        return [`${param.label.replace(/^network /i, "").toLowerCase()} ${String(value)}`];
      case "choice": {
        const label = param.options.find((option) => option.value === value)?.label ?? String(value);
        return value === param.default ? [] : [label === "None" ? `no ${param.label.toLowerCase()}` : label];
      }
      case "flag":
        return value === true ? [param.label.toLowerCase()] : [];
      case "subset":
      case "keptSet":
        return value === param.default ? [] : [String(value)];
      default:
        throw new Error(`networkLabel(): unknown kind ${(param satisfies never as { kind: string }).kind}`);
    }
  });
  return [info.label, ...parts].join(" · ");
}

/** Every network of the catalog as it comes, `first` before them. */
export function networkCandidates(catalog: Catalog, first: PluginChoice): PluginChoice[] {
  const usual = catalog.networks.map(({ id, params }): PluginChoice => ({ id, params: defaultsOf(params) }));
  return [first, ...usual.filter((choice) => choiceKey(choice) !== choiceKey(first))];
}
