/** What is said of a stored set of experts. */
import type { Catalog, PluginChoice } from "@/shared/experiment";
import type { ParamRecord } from "@/shared/params";
import type { PluginInfo } from "@/shared/plugin";
import type { ExpertSetInfo } from "@/shared/trajectories";
import { formatMeanStd, formatNumber, formatPercent, plural, UNKNOWN } from "../../format";
import { summaryOf } from "../method/summaryOf";

/** "ConvNet · 128 · 3" */
export function networkText({ id, params }: PluginChoice, catalog: Catalog | null): string {
  const plugin = catalog?.networks.find((network) => network.id === id);
  return plugin ? summaryOf(plugin, params) : id;
}

/** "rate 0.01 · batch 256 · DSA"; what is as usual is left out. */
export function recipeText(recipe: ParamRecord, catalog: Catalog | null): string {
  const view: PluginInfo | undefined = catalog?.augmentations.find(({ id }) => id === recipe["augmentation"]);
  const part = (name: string, text: string, usual?: number) => {
    const value = recipe[name];
    return typeof value === "number" && value !== usual ? [`${text} ${formatNumber(value)}`] : [];
  };
  return [
    ...part("expertLr", "rate"),
    ...part("expertMomentum", "momentum", 0),
    ...part("expertDecay", "decay", 0),
    ...part("expertBatch", "batch"),
    ...part("expertSeed", "seed", 1),
    ...(recipe["expertDescent"] === "flat" ? ["flat minima"] : []),
    view?.label ?? String(recipe["augmentation"]),
  ].join(" · ");
}

/** "10 experts, 20 to 22 epochs" */
export function extentText({ experts }: ExpertSetInfo): string {
  const trained = experts.map(({ trainedEpochs }) => trainedEpochs);
  const [least, most] = [Math.min(...trained), Math.max(...trained)];
  return `${plural(experts.length, "expert")}, ${least === most ? plural(most, "epoch") : `${least} to ${most} epochs`}`;
}

/** The newest accuracy of each expert: mean and standard deviation, a dash where none was measured. */
export function accuracyText({ experts }: ExpertSetInfo): string {
  const last = experts.flatMap(({ accuracies }) => {
    const newest = [...accuracies].sort((a, b) => b.epoch - a.epoch)[0];
    return newest ? [newest.accuracy] : [];
  });
  if (last.length === 0) return UNKNOWN;
  const mean = last.reduce((a, b) => a + b, 0) / last.length;
  if (last.length === 1) return formatPercent(mean);
  return formatMeanStd(
    mean,
    Math.sqrt(last.reduce((sum, value) => sum + (value - mean) ** 2, 0) / last.length),
  );
}
