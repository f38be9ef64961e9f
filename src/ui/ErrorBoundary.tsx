import { Component, type ReactNode } from "react";
import { reportCrash, useCrash } from "@/state/crash";
import { CrashScreen } from "./CrashScreen";
import { FaultNotice } from "./FaultNotice";

/** The page, or in its place the crash screen, whatever it was that broke. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  const crash = useCrash((state) => state.crash);
  const fault = useCrash((state) => state.fault);
  if (crash) return <CrashScreen crash={crash} canGoBack={crash === fault} />;
  return (
    <>
      <RenderGuard>{children}</RenderGuard>
      {fault && <FaultNotice fault={fault} />}
    </>
  );
}

/** Catches what is thrown while the page is drawn. */
class RenderGuard extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown) {
    reportCrash(error, "the drawing of the page");
  }

  override render() {
    return this.state.hasFailed ? null : this.props.children;
  }
}
