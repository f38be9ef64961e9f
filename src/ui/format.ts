/** How numbers are shown: the same on the page and on the command line. */
export * from "@/shared/format";
