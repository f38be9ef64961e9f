/** What a person types as an address, and the hosts that it allows. */
import { UserError } from "./errors";
import type { WebAddress, WebRequest } from "./webImport";

/** The parts of the Hugging Face hub that answer when a dataset is asked for: its list, its files, and where they lie. */
export const HUB_SOURCES = [
  "https://datasets-server.huggingface.co",
  "https://huggingface.co",
  "https://*.huggingface.co",
  "https://*.hf.co",
] as const;

/** "uoft-cs/cifar10" or "cifar10", with a configuration and a split behind it. */
const HUB_NAME = /^\w[\w.-]*(\/\w[\w.-]*)?$/;
/** The page of a dataset on the hub. */
const HUB_PAGE = /^https:\/\/huggingface\.co\/datasets\/([\w.-]+(?:\/[\w.-]+)?)\/?$/;
/** The page of one file on the hub. */
const HUB_BLOB = /^(https:\/\/huggingface\.co\/datasets\/[\w.-]+\/[\w.-]+)\/blob\//;
/** Hosts that may be asked without encryption: this computer. */
const LOCAL = /^(localhost|127\.0\.0\.1)$/;

/** One address a line. @throws UserError that names the line that is none */
export function parseAddresses(text: string): WebAddress[] {
  const lines = text.split(/\r?\n/).flatMap((line) => (line.trim() ? [line.trim()] : []));
  return lines.map(parseAddress);
}

function parseAddress(line: string): WebAddress {
  const page = HUB_PAGE.exec(line)?.[1];
  if (page) return { kind: "hub", dataset: page };
  if (/^https?:/i.test(line)) return { kind: "file", url: fileUrl(line) };
  const [dataset = "", config, split, ...rest] = line.split(/\s+/);
  if (!HUB_NAME.test(dataset) || rest.length > 0)
    throw new UserError(
      `"${line}" is no address.`,
      "Give https://…/file.zip, or the name of a dataset of the Hugging Face hub: uoft-cs/cifar10.",
    );
  return { kind: "hub", dataset, ...(config && { config }), ...(split && { split }) };
}

function fileUrl(line: string): string {
  let url: URL;
  try {
    url = new URL(line.replace(HUB_BLOB, "$1/resolve/"));
  } catch {
    throw new UserError(`"${line}" is no address.`, "It looks like https://example.org/file.zip.");
  }
  if (url.protocol !== "https:" && !LOCAL.test(url.hostname))
    throw new UserError(
      `${url.host} would be asked without encryption.`,
      "Give an address that begins with https://.",
    );
  if (url.username || url.password)
    throw new UserError("An address with a password is not sent.", "Download the file and drop it here.");
  url.hash = "";
  return url.href;
}

/** What a policy for these addresses allows to connect to. */
export function allowedSources({ addresses, followsAnywhere }: WebRequest): string[] {
  const sources = addresses.flatMap((address) =>
    address.kind === "hub" ? HUB_SOURCES : sourcesOf(address.url),
  );
  if (!followsAnywhere) return [...new Set(sources)];
  // a host elsewhere may never pass a request on to what runs on this computer
  const isLocal = addresses.some((address) => address.kind === "file" && /^http:/.test(address.url));
  return [...new Set([...sources, "https:", ...(isLocal ? LOCAL_SOURCES : [])])];
}

const LOCAL_SOURCES = ["http://localhost:*", "http://127.0.0.1:*"];

const sourcesOf = (url: string): readonly string[] => {
  const { origin, hostname } = new URL(url);
  return hostname === "huggingface.co" ? HUB_SOURCES : [origin];
};

/** The hosts as a person knows them. */
export function hostNames(addresses: readonly WebAddress[]): string[] {
  const names = addresses.map((address) =>
    address.kind === "hub" ? "huggingface.co" : new URL(address.url).host,
  );
  return [...new Set(names)];
}
