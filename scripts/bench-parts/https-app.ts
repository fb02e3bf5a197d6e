import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import process from "node:process";

interface Review {
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly object: object | null };
}

// The floor of reviews: node:https, the body read and parsed, the same answer.
const read = (name: string): string => readFileSync(join(process.env["CERTIFICATES"] ?? "", name), "utf8");
const server = createServer({ cert: read("tls.crt"), key: read("tls.key"), keepAliveTimeout: 90_000 });
server.on("request", (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const review = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Review;
    const { uid, object } = review.request;
    const verdict = { uid, allowed: object !== null, status: { code: object === null ? 403 : 200 } };
    const body = JSON.stringify({ kind: "AdmissionReview", apiVersion: review.apiVersion, response: verdict });
    response
      .writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
      .end(body);
  });
});
server.listen(Number(process.env["PORT"]), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
