/** What the document that may connect elsewhere does for the data worker, over a port. */

export type WebFailure = { failed: "network" | "refused" };

export interface WebCalls {
  /** @param id a number of the caller's, for `read` and `cancel` */
  request(
    id: number,
    url: string,
    init: Omit<RequestInit, "signal">,
  ): Promise<{ status: number; headers: [string, string][] } | WebFailure>;
  /** The next bytes of an answer, null at its end. */
  read(id: number): Promise<Uint8Array<ArrayBuffer> | WebFailure | null>;
  cancel(id: number): Promise<void>;
}
