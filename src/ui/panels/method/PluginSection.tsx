import { memo, useCallback } from "react";
import { useShallow } from "zustand/react/shallow";
import { paramProblem, type ParamValue } from "@/shared/params";
import { useExperiment } from "@/state/experiment";
import { KINDS, type Kind } from "@/shared/experiment";
import { chosenPlugin, isShown, pluginValues } from "@/state/settings";
import { ParamGroup } from "../../controls/ParamGroup";
import { SelectControl } from "../../controls/SelectControl";
import { Presets } from "./Presets";
import { summaryOf } from "./summaryOf";

interface Props {
  kind: Exclude<Kind, "method">;
  title: string;
  disabled: boolean;
}

/** A folded section: which network, augmentation or evaluation, and its settings. Folded, it says what is set. */
export const PluginSection = memo(function PluginSection({ kind, title, disabled }: Props) {
  const catalog = useExperiment((state) => state.catalog);
  const plugin = useExperiment(({ catalog, draft }) =>
    catalog && draft && catalog[KINDS[kind]].length > 0 ? chosenPlugin(catalog, draft, kind) : null,
  );
  const values = useExperiment(
    useShallow(({ catalog, draft }) => (catalog && draft ? pluginValues(catalog, draft, kind) : {})),
  );
  const choose = useExperiment((state) => state.choose);
  const setPlugin = useExperiment((state) => state.setPlugin);
  const onChange = useCallback(
    (key: string, value: ParamValue) => setPlugin(kind, key, value),
    [setPlugin, kind],
  );
  if (!catalog || !plugin) return null;

  const isWrong = Object.entries(plugin.params).some(
    ([key, param]) => isShown(param, values) && paramProblem(param, values[key]) !== "",
  );
  return (
    <details className="fold section">
      <summary>
        <span className="section-title">{title}</span>
        <span className="section-summary ellipsis">{summaryOf(plugin, values)}</span>
        {isWrong && <span className="section-wrong">wrong value</span>}
      </summary>
      <div className="stack">
        <SelectControl
          label={title}
          isStacked
          help={plugin.about}
          value={plugin.id}
          options={catalog[KINDS[kind]].map(({ id, label }) => ({ value: id, label }))}
          disabled={disabled}
          onChange={(id) => choose(kind, id)}
        />
        <Presets kind={kind} presets={plugin.presets} disabled={disabled} />
        <ParamGroup params={plugin.params} values={values} disabled={disabled} onChange={onChange} />
      </div>
    </details>
  );
});
