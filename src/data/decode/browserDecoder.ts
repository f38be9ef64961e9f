/**
 * The browser's own decoders. `createImageBitmap` reads everything but takes its bytes through a Blob and another
 * process: 1,600 JPEGs of 32 × 32 per second on two cores. WebCodecs' ImageDecoder takes them directly and is several
 * times faster; it is used for small upright JPEG and PNG files, whose bytes it gives to the last bit as the other does.
 */
import type { ImageHeader } from "../codecs/imageHeader";
import { canCopy, copyFrame, MAX_COPIED } from "./frameImage";
import type { DecodedImage, ImageDecoder } from "./imageDecoder";

/** Larger files spend their time in decoding, not on the way to the decoder. */
const DIRECT_BYTES = 256 * 1024;

/** As much of WebCodecs' ImageDecoder as is used here; TypeScript's library does not have it yet. */
interface WebCodec {
  decode(): Promise<{ image: VideoFrame; complete: boolean }>;
  close(): void;
}
type WebCodecConstructor = new (options: {
  data: Uint8Array;
  type: string;
  colorSpaceConversion: "none";
}) => WebCodec;

const WebCodec = (globalThis as { ImageDecoder?: WebCodecConstructor }).ImageDecoder;

export function createBrowserDecoder(): ImageDecoder {
  const canvas = new OffscreenCanvas(256, 256);
  // opaque: what is transparent shows the white below; read often: kept in ordinary memory
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("createBrowserDecoder(): no 2d context");

  function draw(image: ImageBitmap, alpha: boolean, box: [number, number, number, number]) {
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
      const direct = WebCodec && isDirect(bytes, header) && (await decodeDirectly(WebCodec, bytes, header));
      if (direct) return direct;
      const bitmap = await decodeBitmap(bytes, header);
      return {
        width: bitmap.width,
        height: bitmap.height,
        read: (...box) => draw(bitmap, header.alpha, box),
        close: () => bitmap.close(),
      };
    },
  };
}

function isDirect(bytes: Uint8Array, { type, width, height, orientation, animated }: ImageHeader): boolean {
  const suits = (type === "image/jpeg" || type === "image/png") && width * height <= MAX_COPIED;
  return suits && orientation === 1 && !animated && bytes.length < DIRECT_BYTES;
}

const decodeBitmap = (bytes: Uint8Array<ArrayBuffer>, { type }: ImageHeader): Promise<ImageBitmap> =>
  createImageBitmap(new Blob([bytes], { type }), {
    colorSpaceConversion: "none",
    imageOrientation: "from-image",
    premultiplyAlpha: "premultiply", // it is laid on white when drawn
  });

/** Null when it does not manage: `createImageBitmap` has the last word on what is broken. */
async function decodeDirectly(
  Codec: WebCodecConstructor,
  data: Uint8Array,
  { type, alpha }: ImageHeader,
): Promise<DecodedImage | null> {
  const codec = new Codec({ data, type, colorSpaceConversion: "none" });
  try {
    const { image, complete } = await codec.decode();
    if (complete && canCopy(image, alpha)) return await copyFrame(image);
    image.close();
    return null;
  } catch {
    return null;
  } finally {
    codec.close();
  }
}
