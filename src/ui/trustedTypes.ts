/**
 * Where Trusted Types are enforced, text becomes markup only here: the one piece that a library writes so, Radix' rule
 * that hides the scrollbars of its lists. Everything else is refused, and a policy of this name cannot be made twice.
 */
const KNOWN_MARKUP = new Set([
  "[data-radix-select-viewport]{scrollbar-width:none;-ms-overflow-style:none;-webkit-overflow-scrolling:touch;}[data-radix-select-viewport]::-webkit-scrollbar{display:none}",
]);

window.trustedTypes?.createPolicy("default", {
  createHTML: (markup: string) => (KNOWN_MARKUP.has(markup) ? markup : null) as string,
});
