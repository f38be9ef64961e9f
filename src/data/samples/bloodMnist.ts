/**
 * BloodMNIST of MedMNIST (Yang et al. 2023, doi:10.1038/s41597-022-01721-8), release 3.0 on Zenodo. The address is the
 * one of Zenodo's API, which lets pages read it; the plain file address does not (zenodo/zenodo issue 2593). Zenodo
 * publishes the MD5 7053d0359d879ad8a5505303e11de1dc; size and SHA-256 of the same file are those of its copy on the
 * Hugging Face hub, albertvillanova/medmnist-v2.
 */
import { downloadFiles } from "./download/downloadFiles";
import { defineSample } from "./sample";

const ARRAYS = {
  url: "https://zenodo.org/api/records/10519652/files/bloodmnist.npz/content",
  name: "bloodmnist.npz",
  bytes: 35_461_855,
  sha256: "062023e186f537e26b3c21ea3b2614ddfc475e8a14825dfd20663bbb7e37bddc",
};

export default defineSample({
  id: "bloodMnist",
  label: "MedMNIST: BloodMNIST",
  about: "17,092 microscope pictures of blood cells, 28 × 28 RGB, in 8 classes.",
  downloadBytes: ARRAYS.bytes,
  host: "zenodo.org",
  licence: "CC BY 4.0",
  classNames: [
    ...["basophil", "eosinophil", "erythroblast", "immature granulocyte"],
    ...["lymphocyte", "monocyte", "neutrophil", "platelet"],
  ],
  download: (context) => downloadFiles([ARRAYS], context),
});
