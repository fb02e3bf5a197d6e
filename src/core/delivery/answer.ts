/** An HTTP answer. Registries show its status and body in their delivery history: both explain themselves. */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** An answer of plain text, without headers of its own. */
export const plain = (status: number, body: string): Answer => ({ status, body, headers: [] });

/** The same answer, with the time after which another try is worth it. */
export const withRetryAfter = (answer: Answer, seconds: number): Answer => ({
  ...answer,
  headers: [{ name: "Retry-After", value: String(Math.max(1, seconds)) }],
});
