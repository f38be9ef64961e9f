/** The Web Lock that makes one tab of this origin, hence of its database, the writer. */
export const WRITER_LOCK = "studio-writer";
