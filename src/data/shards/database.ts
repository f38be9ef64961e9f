/** The studio's database: one connection per worker, opened when it is needed and again after it was closed. */
import { openDB, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import { UserError } from "@/shared/errors";
import type { StorageEvent } from "@/shared/storage";
import { migrate, SCHEMA_VERSION, type StudioSchema } from "./migrations";
import { isFull, storageError } from "./storageError";
import { storageFull, type Room } from "./storageFull";

const DATABASE = "distillation-studio";

/** How long a command waits for the database before it says so. */
const PATIENCE_MS = 10_000;

/** The browser closes what is being opened while it clears the site's data; so often it is tried once more. */
const MORE_ATTEMPTS = 5;
const BETWEEN_ATTEMPTS_MS = 100;

export type Connection = IDBPDatabase<StudioSchema>;
type Stores = StoreNames<StudioSchema>[];
export type WriteTransaction<S extends Stores> = IDBPTransaction<StudioSchema, S, "readwrite">;

export interface DatabaseOptions {
  /** Hears what other tabs and the browser do to the database. */
  onEvent?: (event: StorageEvent) => void;
  /** Asked before each write. @throws when nothing may be written */
  mayWrite?: () => Promise<void>;
  patienceMs?: number;
}

interface WriteOptions extends Room {
  durability?: "strict" | "relaxed";
  isSweeping?: boolean;
}

export class StudioDatabase {
  private connection: Promise<Connection> | null = null;
  /** True while another tab keeps an older version open. */
  private isBlocked = false;

  constructor(
    private readonly name = DATABASE,
    private readonly options: DatabaseOptions = {},
  ) {}

  /** The database itself, or the one of this name. */
  static of(database: StudioDatabase | string | undefined): StudioDatabase {
    return database instanceof StudioDatabase ? database : new StudioDatabase(database);
  }

  /**
   * The connection; a new one when the last was closed to let another tab upgrade or delete the database.
   * @throws UserError when the browser stores nothing, does not answer, or a newer version of the studio has written
   */
  async open(): Promise<Connection> {
    this.connection ??= this.connect();
    const { connection } = this;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.lateError()), this.options.patienceMs ?? PATIENCE_MS);
    });
    return Promise.race([connection, late]).finally(() => clearTimeout(timer));
  }

  /**
   * One transaction: all that `work` puts is stored, or nothing of it. A relaxed one may be lost when the power goes.
   * @param options.isSweeping it removes only what no tab uses, so any may do it
   * @throws UserError when there is no room, with figures, or when this tab may not write
   */
  async write<S extends Stores, T>(
    stores: S,
    work: (transaction: WriteTransaction<S>) => Promise<T>,
    { durability = "strict", isSweeping = false, ...room }: WriteOptions = {},
  ): Promise<T> {
    const database = await this.open();
    if (!isSweeping) await this.options.mayWrite?.();
    let transaction: WriteTransaction<S> | undefined;
    try {
      transaction = database.transaction(stores, "readwrite", { durability });
      const working = work(transaction).catch((error: unknown) => {
        abort(transaction!);
        throw error;
      });
      const [result] = await Promise.all([working, transaction.done]);
      return result;
    } catch (error) {
      const cause = transaction?.error ?? error; // a full disk aborts the whole transaction
      throw isFull(cause) ? await storageFull(database, room) : storageError(cause);
    }
  }

  async close(): Promise<void> {
    const { connection } = this;
    this.connection = null;
    (await connection)?.close();
  }

  private connect(): Promise<Connection> {
    const forget = () => (this.connection = null);
    this.isBlocked = false;
    const opening = () =>
      openDB<StudioSchema>(this.name, SCHEMA_VERSION, {
        upgrade: migrate,
        blocked: () => (this.isBlocked = true),
        blocking: (_current, wanted, event) => {
          forget();
          (event.target as IDBDatabase).close();
          this.options.onEvent?.(wanted === null ? "cleared" : "superseded");
        },
        terminated: () => {
          forget();
          this.options.onEvent?.("cleared");
        },
      });
    return persistently(opening).catch((error: unknown) => {
      forget();
      throw storageError(error);
    });
  }

  private lateError(): UserError {
    return this.isBlocked
      ? new UserError(
          "Another tab keeps an older version of the studio's storage open.",
          "Close the other tabs of the studio, then reload this one.",
        )
      : new UserError(
          "The browser's storage does not answer.",
          "Close other tabs of the studio and reload; if that does not help, restart the browser.",
          "storageOff",
        );
  }
}

/** Opens again what was closed while it was being opened. */
async function persistently<T>(open: () => Promise<T>): Promise<T> {
  for (let left = MORE_ATTEMPTS; ; left--) {
    try {
      return await open();
    } catch (error) {
      if (left === 0 || !(error instanceof Error) || error.name !== "AbortError") throw error;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS_MS));
    }
  }
}

/** Ends a transaction whose work failed; one that is over already stays as it ended. */
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // a request of its own has ended it
  }
}

/** All keys that begin with `id`: arrays sort after strings and numbers. */
export const keysOf = (id: string): IDBKeyRange => IDBKeyRange.bound([id], [id, []]);
