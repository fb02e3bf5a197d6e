import { connect } from "node:tls";

const TIMEOUT_MS = 10_000;

/** Shakes hands with a TLS server of this process and hangs up; rejects with the reason where that fails. */
export async function dial(host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // It is ourselves: whether the certificate fits the name that others call is not the question.
    const socket = connect({ host: reachable(host), port, rejectUnauthorized: false, timeout: TIMEOUT_MS });
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
    socket.once("timeout", () => {
      reject(new Error(`no answer within ${String(TIMEOUT_MS / 1000)} s`));
    });
    const hangUp = (): void => {
      socket.on("error", () => undefined);
      socket.destroy();
    };
    socket.once("secureConnect", hangUp).once("timeout", hangUp);
  });
}

// What listens everywhere is reached over loopback.
const reachable = (host: string): string => (host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host);
