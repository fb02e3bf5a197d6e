import type { CertificateSource, Log } from "../flow/ports.ts";
import { openCertificate, type Certificate, type CertificateFiles } from "./certificate.ts";

/**
 * The certificate in files that somebody else renews, such as a mounted Secret. Where they cannot be used at the start
 * the error says why; later the last good pair stays.
 */
export function certificateFiles(files: CertificateFiles, log: Log): CertificateSource {
  let certificate: Certificate | null = null;
  return {
    first: async () => {
      const opened = await openCertificate(files);
      if (opened.kind === "error") throw new Error(opened.error);
      certificate = opened.value;
      return certificate.pair;
    },
    watch: (onRenewed) => {
      const poll = certificate?.watch(onRenewed, log);
      poll?.start();
      return async () => poll?.stop();
    },
  };
}
