import process from "node:process";
import { createServer } from "node:http";
import Koa from "koa";

// The baseline of refused requests: Koa, the body read and parsed, a fixed answer. Nothing else, no log line either.
const app = new Koa();
app.use(async (context) => {
  if (context.path === "/readyz") {
    context.body = "ok";
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of context.req as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as object;
  context.status = "push_data" in body ? 403 : 400;
  context.body = "Hook rules were not satisfied.";
});
const handle = app.callback();
const server = createServer((request, response) => {
  void handle(request, response);
});
server.listen(Number(process.env["PORT"]), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
