/** Mounts the page and connects it to its workers. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { connect } from "./state/connect";
import { reportCrash, watchForErrors } from "./state/crash";
import { App } from "./ui/App";
import { ErrorBoundary } from "./ui/ErrorBoundary";
import "./ui/trustedTypes";
import { setTheme, storedTheme } from "./ui/theme";
import "./ui/tokens.css";
import "./ui/base.css";

const root = document.getElementById("root");
if (!root) throw new Error("main: the page has no element #root");

watchForErrors(() => root.childElementCount === 0);
setTheme(storedTheme());
try {
  connect();
} catch (error) {
  reportCrash(error, "the start of the page");
}
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
