/** What a failed request for a person's own address means, in sentences with a way on. */
import { UserError } from "@/shared/errors";
import type { WebFile } from "@/shared/webImport";
import { hostOf, sizeText } from "../samples/download/publishedFile";

type Asked = Pick<WebFile, "url" | "name">;

const byHand = ({ url }: Asked) => `Download ${url} yourself and drop the file here.`;

/** What is said to what has arrived already. */
const goesOn = (received: number): string =>
  received > 0
    ? ` ${sizeText(received)} arrived and stay here: ask for the same address again to go on.`
    : "";

export function noAnswerFrom(
  reason: "offline" | "blocked" | "unreachable",
  file: Asked,
  received: number,
): UserError {
  const host = hostOf(file.url);
  switch (reason) {
    case "offline":
      return new UserError(
        `This computer is offline, so ${file.name} cannot be fetched from ${host}.`,
        `Connect and try again.${goesOn(received)}`,
      );
    case "blocked":
      return new UserError(
        `${host} does not allow web pages to read ${file.name} (no CORS permission), so the browser blocked it.`,
        byHand(file),
      );
    case "unreachable":
      return new UserError(
        `${host} could not be reached for ${file.name}.`,
        `Check the address, the connection or a blocker, and try again.${goesOn(received)}`,
      );
    default:
      throw new Error(`noAnswerFrom(): unknown reason ${String(reason satisfies never)}`);
  }
}

/** @param answer of the host, as text where it gives one */
export function badAnswer(status: number, file: Asked, answer = ""): UserError {
  const host = hostOf(file.url);
  const said = answer && ` It said: ${answer}`;
  if (status === 401 || status === 403)
    return new UserError(
      `${host} does not give ${file.name} to everybody (${status}): it is private, gated, or not there.${said}`,
      `Sign in there and accept its terms if it asks for it, then: ${byHand(file)}`,
    );
  if (status === 404 || status === 410)
    return new UserError(`${host} has no ${file.name} (${status}).${said}`, "Check the address for a slip.");
  return new UserError(
    `${host} answered ${status} for ${file.name}.${said}`,
    status >= 500 || status === 429 ? "Try again later." : "Check the address.",
  );
}

export const keptBreaking = (file: Asked, received: number, total: number | null): UserError =>
  new UserError(
    `The connection to ${hostOf(file.url)} broke again and again: ${sizeText(received)}${total === null ? "" : ` of ${sizeText(total)}`} of ${file.name} arrived.`,
    `Try again on a steadier connection.${goesOn(received)}`,
  );

export const passedOn = (file: Asked): UserError =>
  new UserError(
    `${hostOf(file.url)} passes ${file.name} on to another host, which you have not allowed.`,
    'Turn on "Follow to other hosts" and ask again, or download the file yourself and drop it here.',
  );

export const differentSize = (file: Asked, received: number, total: number): UserError =>
  new UserError(
    `${file.name} from ${hostOf(file.url)} has ${received.toLocaleString("en")} bytes, not the ${total.toLocaleString("en")} that were announced.`,
    "Try again: the host may have been changing it.",
  );
