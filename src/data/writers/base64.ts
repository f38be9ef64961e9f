const STEP = 3 * 8192; // a multiple of 3 bytes is encoded without padding

/** Base64 in pieces: a call takes no more arguments than some tens of thousands. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += STEP)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + STEP)));
  return text;
}
