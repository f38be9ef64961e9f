/**
 * Pictures in Node, through Skia and libjpeg-turbo as in Chromium (`@napi-rs/canvas`): JPEGs come out the same to the
 * last bit. Where that package has no build for the system, PNG alone is read.
 */
import type * as Canvas from "@napi-rs/canvas";
import { stripProfile } from "@/data/codecs/colourProfile";
import { isWhole } from "@/data/codecs/wholePicture";
import type { ImageHeader } from "@/data/codecs/imageHeader";
import type { DecodedImage, ImageDecoder } from "@/data/decode/imageDecoder";
import { pngDecoder } from "@/data/decode/pngDecoder";

/** @param onMissing told once, with the reason, when only PNG can be read */
export async function openNodeDecoder(onMissing: (why: string) => void): Promise<ImageDecoder> {
  try {
    return canvasDecoder(await import("@napi-rs/canvas"));
  } catch (error) {
    onMissing(error instanceof Error ? error.message : String(error));
    return pngDecoder;
  }
}

function canvasDecoder({ createCanvas, Image }: typeof Canvas): ImageDecoder {
  const canvas = createCanvas(256, 256);
  const context = canvas.getContext("2d");

  return {
    async decode(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader): Promise<DecodedImage> {
      if (!isWhole(bytes, header.type)) throw new Error("nodeDecoder: the picture is cut short");
      const image = new Image();
      image.src = Buffer.from(stripProfile(bytes, header.type));
      await image.decode();
      const { width, height } = image;
      if (!(width > 0 && height > 0)) throw new Error("nodeDecoder: a picture without pixels");
      return {
        width,
        height,
        read(left, top, boxWidth, boxHeight) {
          if (canvas.width < boxWidth) canvas.width = boxWidth;
          if (canvas.height < boxHeight) canvas.height = boxHeight;
          context.fillStyle = "#fff"; // what is transparent shows white
          context.fillRect(0, 0, boxWidth, boxHeight);
          context.drawImage(image, -left, -top);
          return new Uint8ClampedArray(context.getImageData(0, 0, boxWidth, boxHeight).data);
        },
        close: () => undefined,
      };
    },
  };
}
