import process from "node:process";

// Loaded before the service by `--import`: what is garbage is no memory that it needs. SIGUSR2 is nobody else's.
process.on("SIGUSR2", () => {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
});
