import { sized, text, unsigned } from "./encoding";
import { TYPE_BYTES, type FunctionCode } from "./functionCode";

/** What a module imports, and what it exports. */
export const MEMORY = { module: "heap", name: "memory" } as const;
export const ENTRY = "run";

/** A module of one function, on a memory that it imports; it has no data of its own. */
export function moduleBytes(code: FunctionCode): Uint8Array<ArrayBuffer> {
  const { parameters, locals, body } = code.parts();
  const list = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, items: readonly (readonly number[])[]) => [id, ...sized(list(items))];
  const integers = Array.from({ length: parameters }, () => [TYPE_BYTES.i32]);
  const ownLocals = locals.map((type) => [1, TYPE_BYTES[type]]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(1, [[0x60, ...list(integers), ...list([])]]), // types
    ...section(2, [[...text(MEMORY.module), ...text(MEMORY.name), 2, 0, 0]]), // imports: a memory of any size
    ...section(3, [[0]]), // functions: of type 0
    ...section(7, [[...text(ENTRY), 0, 0]]), // exports
    ...section(10, [sized([...list(ownLocals), ...body])]),
  ]);
}
