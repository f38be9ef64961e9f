/** What a screen reader is told politely: one sentence at a time. */
import { create } from "zustand";

export const useAnnouncements = create<{ text: string }>(() => ({ text: "" }));

export const announce = (text: string): void => useAnnouncements.setState({ text });
