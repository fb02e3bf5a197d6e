import process from "node:process";
import { createServer } from "node:http";

// The floor of refused requests: node:http, the body read and parsed, a fixed answer.
const ANSWER = "Hook rules were not satisfied.";
const HEADERS = { "Content-Type": "text/plain; charset=utf-8", "Content-Length": String(ANSWER.length) };

const server = createServer((request, response) => {
  if (request.url === "/readyz") {
    response.end("ok");
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as object;
    response.writeHead("push_data" in body ? 403 : 400, HEADERS).end(ANSWER);
  });
});
server.listen(Number(process.env["PORT"]), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
