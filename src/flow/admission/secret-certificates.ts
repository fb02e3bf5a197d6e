import { servingPair, SECRET_KEYS, type SecretTexts } from "../../core/admission/certificate-secret.ts";
import type { CertificatePair, CertificateSource, Log } from "../ports.ts";
import type { CertificateSecret, SecretSighting } from "./certificate-ports.ts";
import { createComplaints } from "./complaints.ts";

/**
 * The pair of a Secret, for every replica: waits for the first one, then hands on each new one. A pair that does not match
 * is passed over, and a Secret that is gone changes nothing.
 */
export function createSecretCertificates(secret: CertificateSecret, log: Log): CertificateSource {
  const judge = createJudge(log);
  const first: CertificateSource["first"] = async (signal) => {
    let isTold = false;
    for await (const sighting of secret.watch(signal)) {
      const pair = judge(sighting);
      if (pair !== null) return pair;
      if (!isTold) log.info({}, "the admission port waits for its first certificate");
      isTold = true;
    }
    throw signal.reason;
  };
  const watch: CertificateSource["watch"] = (onRenewed) => {
    const end = new AbortController();
    const watching = (async () => {
      for await (const sighting of secret.watch(end.signal)) {
        const pair = judge(sighting);
        if (pair !== null) onRenewed(pair);
      }
    })();
    return () => {
      end.abort();
      return watching;
    };
  };
  return { first, watch };
}

type Judge = (sighting: SecretSighting) => CertificatePair | null;

// Gives a pair that is to be served from now on; null where there is none, or it is served already.
function createJudge(log: Log): Judge {
  const complaints = createComplaints(log);
  let last = "";
  return (sighting) => {
    switch (sighting.kind) {
      case "failure":
        complaints.fail(sighting.failure, {}, "the Secret of the certificates cannot be watched; it is tried again");
        return null;
      case "gone":
        log.error({}, "the Secret of the certificates is gone; the last good certificate is served on");
        return null;
      case "seen": {
        complaints.clear();
        const text = textOf(sighting.texts);
        if (text === last) return null;
        last = text;
        return usablePair(sighting.texts, log);
      }
    }
  };
}

function usablePair(texts: SecretTexts, log: Log): CertificatePair | null {
  const pair = servingPair(texts);
  if (pair === null && textOf(texts) !== "")
    log.error(
      {},
      `${SECRET_KEYS.cert} and ${SECRET_KEYS.key} of the Secret are no pair; the last good one is served on`,
    );
  return pair;
}

const textOf = (texts: SecretTexts): string => `${texts[SECRET_KEYS.cert] ?? ""}${texts[SECRET_KEYS.key] ?? ""}`;
