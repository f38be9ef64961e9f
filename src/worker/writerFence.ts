/**
 * Keeps a worker from writing once another tab has the writer's lock. A page that sleeps learns that it lost the lock only
 * when it wakes; until it ends its workers, they may compute on, and what they would store is older than what the other
 * tab has made of it.
 */
import { UserError } from "@/shared/errors";
import { WRITER_LOCK } from "@/shared/writerLock";

export class WriterFence {
  private page: string | null = null;

  constructor(private readonly locks: Pick<LockManager, "query"> | undefined) {}

  /** @param page the id by which the browser's locks know the page of this worker, null when it is not known */
  standFor(page: string | null): void {
    this.page = page;
  }

  /** @throws UserError when another tab is the writer */
  readonly check = async (): Promise<void> => {
    if (this.page === null || !this.locks) return;
    const { held } = await this.locks.query();
    const writer = held?.find(({ name }) => name === WRITER_LOCK)?.clientId;
    if (writer === undefined || writer === this.page) return; // a page that closes has let go already
    throw new UserError(
      "Another tab has taken the studio over, so nothing more is stored from here.",
      "Go on in the other tab: what was stored until then is there.",
    );
  };
}
