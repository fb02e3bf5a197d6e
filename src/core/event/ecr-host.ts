import { fail, ok, type Result } from "../result.ts";
import { rejected, type Rejection } from "./push-event.ts";
import type { Sent } from "./read-image.ts";

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

/** The host of an account's Amazon ECR in a region; those in China have a domain of their own. */
export function ecrHost(account: Sent, region: Sent): Result<string, Rejection> {
  if (!ACCOUNT.test(account.text)) return fail(rejected(account.field, "names no AWS account, which has 12 digits"));
  if (!REGION.test(region.text)) return fail(rejected(region.field, "names no AWS region, such as us-east-1"));
  const domain = region.text.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return ok(`${account.text}.dkr.ecr.${region.text}.${domain}`);
}
