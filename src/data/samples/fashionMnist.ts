/**
 * Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747) from the authors' repository. Sizes and SHA-256 are
 * those of tensorflow/datasets, url_checksums/fashion_mnist.txt.
 */
import { downloadFiles } from "./download/downloadFiles";
import { defineSample } from "./sample";

const FOLDER = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/";

const FILES = [
  {
    name: "train-images-idx3-ubyte.gz",
    bytes: 26_421_880,
    sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
  },
  {
    name: "train-labels-idx1-ubyte.gz",
    bytes: 29_515,
    sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
  },
  {
    name: "t10k-images-idx3-ubyte.gz",
    bytes: 4_422_102,
    sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
  },
  {
    name: "t10k-labels-idx1-ubyte.gz",
    bytes: 5_148,
    sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
  },
].map((file) => ({ ...file, url: FOLDER + file.name }));

export default defineSample({
  id: "fashionMnist",
  label: "Fashion-MNIST",
  about: "70,000 grey pictures of clothes, 28 × 28, in 10 classes.",
  downloadBytes: FILES.reduce((sum, { bytes }) => sum + bytes, 0),
  host: "raw.githubusercontent.com",
  licence: "MIT, Zalando SE",
  classNames: [
    ...["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"],
    ...["Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
  ],
  download: (context) => downloadFiles(FILES, context),
});
