/** Where the studio keeps what is imported and made, as page and workers tell each other. */

/** The browser's own storage, or the memory of the page, which is gone when the page closes. */
export type StoragePlace = "browser" | "memory";

/**
 * What happened to the browser's storage while it was open: a newer version of the studio took it over, or it was
 * deleted or closed from outside (another tab, the browser's settings).
 */
export type StorageEvent = "superseded" | "cleared";
