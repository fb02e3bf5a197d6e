import { decodeBase64 } from "./base64.ts";

/** An SMTP server as MAIL_SMTP_SERVER names it. */
export interface SmtpServer {
  readonly host: string;
  /** Null when the text names none. */
  readonly port: number | null;
}

const HOST_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9][A-Za-z0-9_-]{0,62})*\.?$/;
const IPV6 = /^[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*$/;

/** Reads a port number in 1 to 65535; null when the text is none. */
export function parsePort(text: string): number | null {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : null;
}

/** Reads `host`, `host:port`, `[v6]:port` or a bare IPv6 address, plain or, as later editions of the original tool had it, in base64. */
export function parseServer(text: string): SmtpServer | null {
  if (/[.:]/.test(text)) return parsePlain(text);
  const decoded = decodeBase64(text);
  const server = decoded === null ? null : parsePlain(decoded.trim());
  return server ?? parsePlain(text);
}

function parsePlain(text: string): SmtpServer | null {
  if (isHost(text)) return { host: text.toLowerCase(), port: null };
  const bracketed = /^\[(.+)\](?::(.+))?$/.exec(text) ?? /^([^:]+):(.+)$/.exec(text);
  const [, host = "", digits] = bracketed ?? [];
  const port = digits === undefined ? null : parsePort(digits);
  if (!isHost(host) || (digits !== undefined && port === null)) return null;
  return { host: host.toLowerCase(), port };
}

function isHost(text: string): boolean {
  return IPV6.test(text) || (HOST_NAME.test(text) && text.length <= 253);
}
