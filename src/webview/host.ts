/**
 * The seam between a panel and whoever holds it: VS Code's webview interface, or nothing (a page opened outside VS Code), in
 * which case intents go nowhere. `acquireVsCodeApi` may be called once only, so the host is made once and kept.
 */
export interface Host {
  postMessage(message: unknown): void;
  /** Calls `listener` with the data of every message; gives a function that stops it. */
  onMessage(listener: (data: unknown) => void): () => void;
  getState(): unknown;
  setState(state: unknown): void;
}

interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

let host: Host | undefined;

export function getHost(): Host {
  return (host ??= makeHost((globalThis as { acquireVsCodeApi?: () => WebviewApi }).acquireVsCodeApi?.()));
}

function makeHost(api: WebviewApi | undefined): Host {
  let kept: unknown;
  return {
    postMessage: (message) => api?.postMessage(message),
    onMessage(listener) {
      const heard = (event: MessageEvent): void => listener(event.data);
      window.addEventListener('message', heard);
      return () => window.removeEventListener('message', heard);
    },
    getState: () => (api ? api.getState() : kept),
    setState(state) {
      kept = state;
      api?.setState(state);
    },
  };
}
