/** How to get WebGPU in the browser at hand, told from its user agent. */
export function webgpuRemedy(userAgent: string): string {
  const linux = /Linux/.test(userAgent) && !/Android/.test(userAgent);
  if (/Firefox\//.test(userAgent))
    return (
      "Firefox has WebGPU on Windows since version 141 and on Macs with Apple chips since 145. Update it, or set " +
      '"dom.webgpu.enabled" to true in about:config (Firefox Nightly on Linux), then reload.'
    );
  if (/Edg\/|Chrome\/|Chromium\//.test(userAgent)) {
    const name = /Edg\//.test(userAgent) ? "Edge" : "Chrome";
    const address = name === "Edge" ? "edge" : "chrome";
    if (linux)
      return (
        `In ${name} on Linux, turn on "Unsafe WebGPU Support" in ${address}://flags/#enable-unsafe-webgpu and "Vulkan" ` +
        `in ${address}://flags/#enable-vulkan, or start it with --enable-unsafe-webgpu --enable-features=Vulkan. ` +
        "A current graphics driver is needed."
      );
    return (
      `${name} has WebGPU since version 113 (Android: 121). Update it, turn on "Use graphics acceleration when ` +
      `available" in its system settings, and look at ${address}://gpu for the reason if it is still missing.`
    );
  }
  if (/Safari\//.test(userAgent))
    return (
      "Safari has WebGPU since version 26 (macOS 26, iOS 26). In Safari 18, turn on WebGPU under Develop, " +
      "Feature Flags (on iOS: Settings, Apps, Safari, Advanced, Feature Flags), then reload."
    );
  return "Open the studio in a current Chrome, Edge, Firefox or Safari with graphics acceleration turned on.";
}
