import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createKubeClient, type KubeClient } from "../../src/kube/client.ts";

/** An in-process server, for answers that a real API server cannot be made to give, and a client of it. */
export interface MisbehavingServer {
  readonly client: () => KubeClient;
  readonly answerWith: (answer: (request: IncomingMessage, response: ServerResponse) => void) => void;
  /** Whether each token was asked for anew. */
  readonly tokenRequests: () => readonly boolean[];
  readonly stop: () => void;
}

/** Starts one for each test of the suite that calls it. */
export function useMisbehavingServer(options?: Parameters<typeof createKubeClient>[1]): MisbehavingServer {
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  let asked: boolean[] = [];
  let client: KubeClient | undefined;
  let stop = (): void => undefined;
  beforeEach(async () => {
    asked = [];
    const server = createServer((request, response) => {
      answer(request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    stop = () => {
      server.close();
      server.closeAllConnections();
    };
    const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const authorization = (anew: boolean): Promise<string> => {
      asked.push(anew);
      return Promise.resolve(anew ? "Bearer new" : "Bearer old");
    };
    client = createKubeClient({ server: origin, tls: {}, authorization }, options);
  });
  afterEach(async () => {
    await client?.close();
    stop();
  });
  return {
    client: () => {
      if (client === undefined) throw new Error("the server runs only inside of tests");
      return client;
    },
    answerWith: (next) => {
      answer = next;
    },
    tokenRequests: () => asked,
    stop: () => {
      stop();
    },
  };
}
