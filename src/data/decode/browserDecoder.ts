/**
 * The browser's own decoders. `createImageBitmap` reads everything but takes its bytes through a Blob and another
 * process: 1,600 small JPEGs per second. WebCodecs' ImageDecoder takes them directly: 4,600 per second. It is used
 * where it gives the same bytes: upright JPEG and PNG files of moderate size.
 */
import type { ImageHeader } from "../codecs/imageHeader";
import { canCopy, copyFrame } from "./frameImage";
import type { DecodedImage, ImageDecoder } from "./imageDecoder";

/** Larger files spend their time in decoding, not on the way to the decoder. */
const DIRECT_BYTES = 256 * 1024;
const PATIENCE_MS = 250;
const JPEG_END = [0xff, 0xd9];

/** As much of WebCodecs' ImageDecoder as is used here; TypeScript's library does not have it yet. */
interface WebCodec {
  decode(options?: { completeFramesOnly: boolean }): Promise<{ image: VideoFrame; complete: boolean }>;
  close(): void;
}
type WebCodecConstructor = new (options: {
  data: Uint8Array | ReadableStream<Uint8Array>;
  type: string;
  colorSpaceConversion: "none";
}) => WebCodec;

const WebCodec = (globalThis as { ImageDecoder?: WebCodecConstructor }).ImageDecoder;

export function createBrowserDecoder(): ImageDecoder {
  const canvas = new OffscreenCanvas(256, 256);
  // opaque: what is transparent shows the white below; read often: kept in ordinary memory
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("createBrowserDecoder(): no 2d context");

  function draw(image: ImageBitmap | VideoFrame, alpha: boolean, box: [number, number, number, number]) {
    const [left, top, width, height] = box;
    if (canvas.width < width) canvas.width = width;
    if (canvas.height < height) canvas.height = height;
    if (alpha) {
      context!.fillStyle = "#fff";
      context!.fillRect(0, 0, width, height);
    }
    context!.drawImage(image, -left, -top);
    return context!.getImageData(0, 0, width, height).data;
  }

  return {
    async decode(bytes, header): Promise<DecodedImage> {
      const direct =
        WebCodec && isDirect(bytes, header) ? await decodeDirectly(WebCodec, bytes, header) : null;
      if (direct && canCopy(direct, header.alpha)) return copyFrame(direct);
      const image = direct ?? (await decodeBitmap(bytes, header));
      const isBitmap = image instanceof ImageBitmap;
      return {
        width: isBitmap ? image.width : image.displayWidth,
        height: isBitmap ? image.height : image.displayHeight,
        read: (...box) => draw(image, header.alpha, box),
        close: () => image.close(),
      };
    },
  };
}

function isDirect(bytes: Uint8Array, { type, orientation, animated }: ImageHeader): boolean {
  const suits = type === "image/jpeg" || type === "image/png";
  return suits && orientation === 1 && !animated && bytes.length < DIRECT_BYTES;
}

const decodeBitmap = (bytes: Uint8Array<ArrayBuffer>, { type }: ImageHeader): Promise<ImageBitmap> =>
  createImageBitmap(new Blob([bytes], { type }), {
    colorSpaceConversion: "none",
    imageOrientation: "from-image",
    premultiplyAlpha: "premultiply", // it is laid on white when drawn
  });

/** Null when the codec does not manage: `createImageBitmap` has the last word on what is broken. */
async function decodeDirectly(
  Codec: WebCodecConstructor,
  bytes: Uint8Array<ArrayBuffer>,
  { type }: ImageHeader,
): Promise<VideoFrame | null> {
  const options = { type, colorSpaceConversion: "none" } as const;
  let codec: WebCodec | undefined;
  try {
    if (type === "image/jpeg") {
      // Handed a whole JPEG, Chromium passes its planes on and scales the colour up coarsely, up to 56 levels off.
      // Handed all but its end first, it decodes to RGB as createImageBitmap does.
      const end = bytes.length - JPEG_END.length;
      if (JPEG_END.some((byte, i) => bytes[end + i] !== byte)) return null;
      let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
      const data = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) });
      codec = new Codec({ data, ...options });
      controller!.enqueue(bytes.slice(0, end));
      const part = await inTime(codec.decode({ completeFramesOnly: false }));
      if (!part) return null;
      part.image.close();
      controller!.enqueue(bytes.slice(end));
      controller!.close();
    } else {
      codec = new Codec({ data: bytes, ...options });
    }
    const whole = await inTime(codec.decode());
    return whole?.image ?? null;
  } catch {
    return null;
  } finally {
    codec?.close();
  }
}

/** A codec that wants more data than there is waits for ever. @returns null after a quarter of a second */
async function inTime<T>(result: Promise<T>): Promise<T | null> {
  result.catch(() => undefined); // closing the codec rejects what still waits
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, null)));
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
