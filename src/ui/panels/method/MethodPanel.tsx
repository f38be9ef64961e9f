import { useCallback } from "react";
import type { ParamValue } from "@/shared/params";
import { useExperiment } from "@/state/experiment";
import { chosenPlugin, pluginValues } from "@/state/settings";
import { shareSettings } from "@/state/sharing";
import { isTraining, useExperts } from "@/state/experts";
import { isActive, useRun } from "@/state/run";
import { useTabs, viewingReason } from "@/state/tabs";
import { Alert } from "../../controls/Alert";
import { ParamGroup } from "../../controls/ParamGroup";
import { ExpertsRow } from "../experts/ExpertsRow";
import { Panel } from "../Panel";
import { MethodCard } from "./MethodCard";
import { PluginSection } from "./PluginSection";
import "./method.css";

/** Station 2: which method, with which settings. Settings are fixed while a run goes on. */
export function MethodPanel() {
  const catalog = useExperiment((state) => state.catalog);
  const draft = useExperiment((state) => state.draft);
  const error = useExperiment((state) => state.error);
  const load = useExperiment((state) => state.load);
  const setRun = useExperiment((state) => state.setRun);
  const setPlugin = useExperiment((state) => state.setPlugin);
  const reset = useExperiment((state) => state.reset);
  const setMethod = useCallback(
    (key: string, value: ParamValue) => setPlugin("method", key, value),
    [setPlugin],
  );
  const viewing = useTabs(viewingReason);
  const isLocked = [useRun(isActive), useExperts(isTraining), viewing !== ""].some(Boolean);

  if (!catalog || !draft) {
    return (
      <Panel id="method" number={2} title="Method">
        {error ? (
          <Alert error={error}>
            <button type="button" className="button button-small" onClick={() => void load()}>
              Try again
            </button>
          </Alert>
        ) : (
          <p className="quiet">Loading the methods …</p>
        )}
      </Panel>
    );
  }

  const method = chosenPlugin(catalog, draft, "method");
  return (
    <Panel
      id="method"
      number={2}
      title="Method"
      end={
        <div className="control-row">
          <button
            type="button"
            className="button button-small"
            title="Saves the settings as a file, for someone else or for npm run distill -- --config"
            onClick={shareSettings}
          >
            Share
          </button>
          <button type="button" className="button button-small" disabled={isLocked} onClick={reset}>
            Defaults
          </button>
        </div>
      }
      foot={
        isLocked ? (
          <p className="quiet">
            {viewing || "Fixed while the engine is at work. They can be changed once it has ended."}
          </p>
        ) : null
      }
    >
      <MethodCard catalog={catalog} method={method} disabled={isLocked} />
      {method.usesExperts && <ExpertsRow />}
      <ParamGroup params={catalog.run} values={draft.run} disabled={isLocked} onChange={setRun} />
      {Object.keys(method.params).length > 0 && (
        <ParamGroup
          params={method.params}
          values={pluginValues(catalog, draft, "method")}
          disabled={isLocked}
          onChange={setMethod}
        />
      )}
      <PluginSection kind="network" title="Network" disabled={isLocked} />
      <PluginSection kind="augmentation" title="Augmentation" disabled={isLocked} />
      <PluginSection kind="evaluation" title="Evaluation" disabled={isLocked} />
    </Panel>
  );
}
