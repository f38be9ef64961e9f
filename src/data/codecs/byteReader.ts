/** Reads a stream in pieces of the sizes that a format announces, holding little more than one piece. */
import { UserError } from "@/shared/errors";

export class ByteReader {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);
  private position = 0;

  /** @param where names the file in errors */
  constructor(
    stream: ReadableStream<Uint8Array>,
    private readonly where: string,
  ) {
    this.reader = stream.getReader();
  }

  /** Bytes handed out so far. */
  get offset(): number {
    return this.position;
  }

  /** Exactly `length` bytes. @throws UserError when the stream ends before or is damaged */
  async read(length: number): Promise<Uint8Array> {
    const bytes = await this.readUpTo(length);
    if (bytes.length < length) {
      throw new UserError(
        `${this.where} is cut short: it ends after ${this.position} bytes, ${length - bytes.length} before it should.`,
        "Copy or download it again.",
      );
    }
    return bytes;
  }

  /** `length` bytes, or fewer where the stream ends. */
  async readUpTo(length: number): Promise<Uint8Array> {
    if (this.held.length < length) await this.hold(length);
    const bytes = this.held.subarray(0, length);
    this.held = this.held.subarray(bytes.length);
    this.position += bytes.length;
    return bytes;
  }

  async atEnd(): Promise<boolean> {
    if (this.held.length === 0) await this.hold(1);
    return this.held.length === 0;
  }

  /** Ends the reading before the end of the stream. */
  async cancel(): Promise<void> {
    this.held = new Uint8Array(0);
    await this.reader.cancel().catch(() => undefined);
  }

  /** Pulls until `length` bytes are held or the stream ends. */
  private async hold(length: number): Promise<void> {
    const parts = [this.held];
    let size = this.held.length;
    while (size < length) {
      const { done, value } = await this.reader.read().catch((error: unknown) => {
        throw this.damaged(error);
      });
      if (done) break;
      parts.push(value);
      size += value.length;
    }
    if (parts.length === 1) return;
    this.held = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      this.held.set(part, at);
      at += part.length;
    }
  }

  /** A decompressor's own words say nothing to a person. */
  private damaged(error: unknown): unknown {
    const ours = error instanceof UserError || (error instanceof Error && error.name === "AbortError");
    if (ours) return error;
    return new UserError(
      `${this.where} is damaged or cut short: it cannot be unpacked after ${this.position + this.held.length} bytes.`,
      "Copy or download it again.",
    );
  }
}
