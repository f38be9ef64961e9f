/** The studio's database: one connection per worker, opened when it is needed. */
import { openDB, type IDBPDatabase } from "idb";
import { migrate, SCHEMA_VERSION, type StudioSchema } from "./migrations";
import { storageError } from "./storageError";

const DATABASE = "distillation-studio";

export class StudioDatabase {
  private connection: Promise<IDBPDatabase<StudioSchema>> | null = null;

  constructor(private readonly name = DATABASE) {}

  /**
   * The connection; a new one when the last was closed to let another tab upgrade or delete the database.
   * @throws UserError when the browser stores nothing or a newer version of the studio has written
   */
  open(): Promise<IDBPDatabase<StudioSchema>> {
    const forget = () => (this.connection = null);
    this.connection ??= openDB<StudioSchema>(this.name, SCHEMA_VERSION, {
      upgrade: migrate,
      blocking: (_current, _blocked, event) => {
        forget();
        (event.target as IDBDatabase).close();
      },
      terminated: forget,
    }).catch((error: unknown) => {
      forget();
      throw storageError(error);
    });
    return this.connection;
  }

  async close(): Promise<void> {
    const connection = this.connection;
    this.connection = null;
    (await connection)?.close();
  }
}

/** All keys that begin with `id`: arrays sort after strings and numbers. */
export const keysOf = (id: string): IDBKeyRange => IDBKeyRange.bound([id], [id, []]);
