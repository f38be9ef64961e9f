import { Tooltip } from "radix-ui";
import { useCallback, useState } from "react";
import { Announcer } from "./Announcer";
import { Header } from "./Header";
import { HelpDialog } from "./HelpDialog";
import { DataPanel } from "./panels/data/DataPanel";
import { DropOverlay } from "./panels/data/DropOverlay";
import { MethodPanel } from "./panels/method/MethodPanel";
import { ResultPanel } from "./panels/result/ResultPanel";
import { RunPanel } from "./panels/run/RunPanel";
import { StationTabs } from "./StationTabs";
import { StorageBanner } from "./StorageBanner";
import { TabBanner } from "./TabBanner";
import { useShortcuts } from "./useShortcuts";
import { useStation } from "./useStation";
import "./App.css";
import "./controls/fields.css";
import "./controls/slider.css";
import "./controls/select.css";
import "./controls/dialog.css";
import "./controls/feedback.css";

/** The one screen: data, method, run, result. */
export function App() {
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const { station, setStation } = useStation();
  const openHelp = useCallback(() => setIsHelpOpen(true), []);
  useShortcuts(openHelp);

  return (
    <Tooltip.Provider delayDuration={300}>
      <div className="app" data-station={station}>
        <Header onHelp={openHelp} />
        <StorageBanner />
        <TabBanner />
        <StationTabs station={station} onStation={setStation} />
        <main className="stations">
          <DataPanel />
          <MethodPanel />
          <RunPanel />
          <ResultPanel />
        </main>
      </div>
      <DropOverlay />
      <Announcer />
      {isHelpOpen && <HelpDialog onClose={() => setIsHelpOpen(false)} />}
    </Tooltip.Provider>
  );
}
