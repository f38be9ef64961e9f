import { paramProblem } from "@/shared/params";
import { useExperiment } from "@/state/experiment";
import { chosenPlugin, isShown, KINDS, pluginValues, type Kind } from "@/state/settings";
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
export function PluginSection({ kind, title, disabled }: Props) {
  const catalog = useExperiment((state) => state.catalog);
  const draft = useExperiment((state) => state.draft);
  const choose = useExperiment((state) => state.choose);
  const setPlugin = useExperiment((state) => state.setPlugin);
  if (!catalog || !draft || catalog[KINDS[kind]].length === 0) return null;

  const plugin = chosenPlugin(catalog, draft, kind);
  const values = pluginValues(catalog, draft, kind);
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
        <ParamGroup
          params={plugin.params}
          values={values}
          disabled={disabled}
          onChange={(key, value) => setPlugin(kind, key, value)}
        />
      </div>
    </details>
  );
}
