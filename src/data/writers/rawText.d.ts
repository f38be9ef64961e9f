/** A Python file as text, by Vite's `?raw`. */
declare module "*.py?raw" {
  const text: string;
  export default text;
}
