import { Switch } from "radix-ui";
import { UserError } from "@/shared/errors";
import { hostNames, parseAddresses } from "@/shared/webAddress";
import { useWebImport } from "@/state/webImport";
import { Alert } from "../../../controls/Alert";
import { ControlFrame } from "../../../controls/ControlFrame";
import { Modal } from "../../../controls/Modal";
import { TextControl } from "../../../controls/TextControl";
import { OfferView } from "./OfferView";
import "./web.css";

/** Addresses of files, or names of datasets on the hub; asked for only here, and only of the hosts that are shown. */
export default function WebDialog() {
  const { text, followsAnywhere, phase, error } = useWebImport();
  const change = useWebImport((state) => state.change);
  const lookUp = useWebImport((state) => state.lookUp);
  const close = useWebImport((state) => state.close);
  const { hosts, problem } = understood(text);
  const isLooking = phase.kind === "looking";

  return (
    <Modal
      title="From the web"
      about={
        <p className="quiet">
          Addresses of files, one a line, or a dataset of the Hugging Face hub by its name: uoft-cs/cifar10,
          with a configuration and a split behind it if you like.
        </p>
      }
      onClose={() => void close()}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (hosts.length > 0) void lookUp();
        }}
      >
        <TextControl
          label="Addresses"
          rows={3}
          className="addresses"
          placeholder="https://example.org/data.zip"
          value={text}
          problem={problem}
          onChange={(typed) => change({ text: typed })}
        />
        <ControlFrame
          label="Follow to other hosts"
          help="Some hosts pass a file on to another one, as GitHub does with its releases. Without this only the hosts that you named are asked."
          end={
            <Switch.Root
              className="switch"
              aria-label="Follow to other hosts"
              checked={followsAnywhere}
              onCheckedChange={(checked) => change({ followsAnywhere: checked })}
            >
              <Switch.Thumb className="switch-thumb" />
            </Switch.Root>
          }
        />
        {error && <Alert error={error} />}
        {phase.kind === "offered" ? (
          <OfferView key={phase.offer.files[0]?.url} offer={phase.offer} />
        ) : (
          <>
            <p className="quiet">
              {hosts.length === 0
                ? "Nothing is asked of any host until you say so."
                : `This asks ${hosts.join(", ")}${followsAnywhere ? ", and whoever it is passed on to," : ""} how large it is. They see your network address, as with any download; nothing of yours is sent.`}
            </p>
            <div className="dialog-actions">
              <button type="button" className="button" onClick={() => void close()}>
                Cancel
              </button>
              <button
                type="submit"
                className="button button-next"
                disabled={hosts.length === 0 || isLooking}
                aria-busy={isLooking}
              >
                {isLooking ? "Asking …" : "Look up"}
              </button>
            </div>
          </>
        )}
      </form>
    </Modal>
  );
}

/** What was typed so far, without a word against what is not finished yet. */
function understood(text: string): { hosts: string[]; problem: string } {
  try {
    return { hosts: hostNames(parseAddresses(text)), problem: "" };
  } catch (error) {
    const isShort = /^(h|ht|htt|https?:?\/?\/?)?$/i.test(text.trim());
    return { hosts: [], problem: error instanceof UserError && !isShort ? error.message : "" };
  }
}
