import { Component, type ReactNode } from "react";

/** When the page itself breaks: the text of the error and the way on. What is stored is not touched. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  private readonly forgetSettings = () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("studio.")) localStorage.removeItem(key);
    location.reload();
  };

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main className="crash" role="alert">
        <h1>The page has broken</h1>
        <p>
          This is a fault of the studio, not yours. Stored datasets are kept. Reload the page; if it breaks
          again, reload with the settings forgotten.
        </p>
        <pre>{error.stack ?? error.message}</pre>
        <div className="row">
          <button type="button" className="button button-next" onClick={() => location.reload()}>
            Reload
          </button>
          <button type="button" className="button" onClick={this.forgetSettings}>
            Forget the settings and reload
          </button>
        </div>
      </main>
    );
  }
}
