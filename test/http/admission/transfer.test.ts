import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:tls";
import { allowed, type AdmissionRequest } from "../../../src/admission.ts";
import { serveReviews, UID, type ReviewClient } from "./review-client.ts";

const LIMIT = 7_340_032;
const bodyOf = (name: string, apiVersion = "admission.k8s.io/v1"): string =>
  JSON.stringify({ kind: "AdmissionReview", apiVersion, request: { uid: UID, name } });

describe("admission over HTTPS: how bodies come", () => {
  let client: ReviewClient;
  const seen: AdmissionRequest[] = [];
  before(async () => {
    client = await serveReviews({
      "/allow": (request) => {
        seen.push(request);
        return allowed();
      },
    });
  });
  after(() => client.close());

  it("are put together of pieces, where a character may be cut in two", async () => {
    const name = "wäb-€-🎉";
    const { response } = await client.post("/allow", bodyOf(name), { pieceBytes: 1 });
    assert.deepEqual([response?.allowed, seen.at(-1)?.name], [true, name]);
  });

  it("are refused where pieces make no body", async () => {
    const { status, response } = await client.post("/allow", "", { pieceBytes: 1 });
    assert.deepEqual([status, response?.status], [400, { code: 400, message: "request body is empty" }]);
  });

  for (const { bytes, status } of [
    { bytes: LIMIT - 1, status: 200 },
    { bytes: LIMIT, status: 413 },
  ])
    it(`of ${String(bytes)} bytes without a length are answered ${String(status)}`, async () => {
      const body = bodyOf("x".repeat(bytes - bodyOf("").length));
      const reply = await client.post("/allow", body, { pieceBytes: 256 * 1024 });
      assert.equal(reply.status, status);
      assert.equal(reply.response?.status.code, status);
    });

  it("that are too large are told so whatever their type", async () => {
    const reply = await client.post("/allow", "x".repeat(LIMIT), { headers: { "content-type": "text/plain" } });
    assert.deepEqual([reply.status, reply.response?.status.code], [413, 413]);
  });

  it("that break off reach no handler, and hurt no other", async () => {
    const asked = seen.length;
    const ca = Buffer.from(client.server.caBundle() ?? "", "base64");
    const socket = connect({ host: "127.0.0.1", port: client.server.port, ca, servername: "localhost" });
    await once(socket, "secureConnect");
    const body = bodyOf("half");
    const head = `POST /allow HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}`;
    socket.end(`${head}\r\n\r\n${body.slice(0, -10)}`);
    await once(socket.resume(), "close");
    assert.equal(seen.length, asked);
    const { response } = await client.post("/allow", bodyOf("whole"));
    assert.equal(response?.allowed, true);
    assert.equal(client.log.lines.filter(({ level }) => level === "error").length, 0);
  });

  it("may follow each other on one connection, whatever became of the one before", async () => {
    const bodies = ["{", bodyOf("a"), "", bodyOf("b", "admission.k8s.io/v2"), bodyOf("c", "admission.k8s.io/v1beta1")];
    const statuses: number[] = [];
    for (const body of bodies) statuses.push((await client.post("/allow", body)).status);
    assert.deepEqual(statuses, [400, 200, 400, 200, 200]);
  });
});
