/**
 * CIFAR-10 (Krizhevsky 2009), the binary version from the author's page. Size and SHA-256 are those of
 * tensorflow/datasets, url_checksums/cifar10.txt. The page may refuse to be read by other pages; then the person is
 * told to download it by hand.
 */
import { downloadFiles } from "./download/downloadFiles";
import { defineSample } from "./sample";

const ARCHIVE = {
  url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
  name: "cifar-10-binary.tar.gz",
  bytes: 170_052_171,
  sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
};

export default defineSample({
  id: "cifar10",
  label: "CIFAR-10",
  about: "60,000 photos, 32 × 32 RGB, in 10 classes of animals and vehicles.",
  downloadBytes: ARCHIVE.bytes,
  host: "www.cs.toronto.edu",
  licence: "None stated; cite Krizhevsky 2009",
  classNames: [
    ...["airplane", "automobile", "bird", "cat", "deer"],
    ...["dog", "frog", "horse", "ship", "truck"],
  ],
  download: (context) => downloadFiles([ARCHIVE], context),
});
