import { fail, ok, type Result } from "../result.ts";
import { rejected, type Rejection } from "./push-event.ts";
import type { Sent } from "./read-image.ts";

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

// The domains of AWS's partitions, by how the names of their regions begin.
const DOMAINS: readonly (readonly [prefix: string, domain: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
];

/** The host of an account's Amazon ECR in a region; China, Europe's own cloud and the isolated ones have their domains. */
export function ecrHost(account: Sent, region: Sent): Result<string, Rejection> {
  if (!ACCOUNT.test(account.text)) return fail(rejected(account.field, "names no AWS account, which has 12 digits"));
  if (!REGION.test(region.text)) return fail(rejected(region.field, "names no AWS region, such as us-east-1"));
  const domain = DOMAINS.find(([prefix]) => region.text.startsWith(prefix))?.[1] ?? "amazonaws.com";
  return ok(`${account.text}.dkr.ecr.${region.text}.${domain}`);
}
